//! The members of CreateTrainingJob that this machine can honour.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::requests::{Compression, Distribution, FileMode, check_instance_count, one_day};
use local_containers::folder;
use local_containers::inputs::S3DataType;
use local_core::tags::Tag;
use local_core::wire::AwsError;

/// Where a job has its checkpoints unless it names a folder.
const CHECKPOINTS: &str = "/opt/ml/checkpoints";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub training_job_name: String,
    #[serde(default)]
    pub hyper_parameters: BTreeMap<String, String>,
    pub algorithm_specification: AlgorithmSpecification,
    pub role_arn: String,
    #[serde(default)]
    pub input_data_config: Vec<Channel>,
    pub output_data_config: OutputDataConfig,
    pub resource_config: ResourceConfig,
    #[serde(default)]
    pub stopping_condition: StoppingCondition,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// The official SDK sends the next ones with every job. They are recorded: there is no
    /// profiler, no debugger and no experiment tracking here, and none of them changes the model.
    profiler_config: Option<Value>,
    debug_hook_config: Option<DebugHookConfig>,
    experiment_config: Option<Value>,
    enable_network_isolation: Option<bool>,
    enable_inter_container_traffic_encryption: Option<bool>,
    pub enable_managed_spot_training: Option<bool>,
    pub checkpoint_config: Option<CheckpointConfig>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AlgorithmSpecification {
    pub training_image: String,
    training_input_mode: FileMode,
    #[serde(default)]
    pub metric_definitions: Vec<MetricDefinition>,
    /// Recorded: the log keeps every value.
    #[serde(rename = "EnableSageMakerMetricsTimeSeries")]
    enable_sagemaker_metrics_time_series: Option<bool>,
    #[serde(default)]
    pub container_entrypoint: Vec<String>,
    #[serde(default)]
    pub container_arguments: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MetricDefinition {
    pub name: String,
    pub regex: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Channel {
    pub channel_name: String,
    pub data_source: DataSource,
    pub content_type: Option<String>,
    compression_type: Option<Compression>,
    input_mode: Option<FileMode>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DataSource {
    pub s3_data_source: S3DataSource,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct S3DataSource {
    pub s3_data_type: S3DataType,
    pub s3_uri: String,
    s3_data_distribution_type: Option<Distribution>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OutputDataConfig {
    pub s3_output_path: String,
    /// As on AWS a description has it where there is no key, which the official SDK relies on and sends back.
    #[serde(default)]
    kms_key_id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ResourceConfig {
    pub instance_type: String,
    pub instance_count: u32,
    #[serde(rename = "VolumeSizeInGB")]
    pub volume_size_in_gb: u32,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StoppingCondition {
    #[serde(default = "one_day")]
    pub max_runtime_in_seconds: u64,
    max_wait_time_in_seconds: Option<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CheckpointConfig {
    pub s3_uri: String,
    local_path: Option<String>,
}

/// Hook settings without collections ask for nothing to be saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DebugHookConfig {
    s3_output_path: String,
    #[serde(default)]
    collection_configurations: [(); 0],
}

impl CheckpointConfig {
    /// Below `/opt/ml`.
    pub fn local_folder(&self) -> &str {
        let path = self.local_path.as_deref().unwrap_or(CHECKPOINTS);
        path.trim_end_matches('/')
    }

    /// The other folders below `/opt/ml` are inputs and outputs, and the rest of the machine is no
    /// job's.
    fn check(&self) -> Result<(), AwsError> {
        let path = self.local_folder();
        let is_ours = Path::new(path).starts_with(CHECKPOINTS);
        if is_ours && folder::below(Path::new("/"), path).is_ok() {
            return Ok(());
        }
        Err(AwsError::unsupported(format!(
            "local-aws does not honour the LocalPath '{path}' of CheckpointConfig: it is neither \
             {CHECKPOINTS} nor below it"
        )))
    }
}

impl Default for StoppingCondition {
    fn default() -> StoppingCondition {
        StoppingCondition {
            max_runtime_in_seconds: one_day(),
            max_wait_time_in_seconds: None,
        }
    }
}

impl CreateRequest {
    pub fn check(&self) -> Result<(), AwsError> {
        check_instance_count("Training", self.resource_config.instance_count)?;
        let switches = [
            ("EnableNetworkIsolation", self.enable_network_isolation),
            (
                "EnableInterContainerTrafficEncryption",
                self.enable_inter_container_traffic_encryption,
            ),
        ];
        for (parameter, switch) in switches {
            if switch == Some(true) {
                return Err(AwsError::unsupported(format!(
                    "local-aws does not honour the parameter {parameter} of CreateTrainingJob"
                )));
            }
        }
        if !self.output_data_config.kms_key_id.is_empty() {
            return Err(AwsError::unsupported(
                "local-aws does not honour the parameter KmsKeyId of CreateTrainingJob",
            ));
        }
        self.check_waiting_time()?;
        if let Some(checkpoints) = &self.checkpoint_config {
            checkpoints.check()?;
        }
        for metric in &self.algorithm_specification.metric_definitions {
            regex::Regex::new(&metric.regex).map_err(|error| {
                AwsError::validation(format!("the Regex of metric '{}': {error}", metric.name))
            })?;
        }
        Ok(())
    }

    /// Sources: Kenza-AI/sagify issue 111 quotes the first sentence, and scripts that set `max_wait`
    /// the second in their comments.
    fn check_waiting_time(&self) -> Result<(), AwsError> {
        let StoppingCondition {
            max_runtime_in_seconds: runtime,
            max_wait_time_in_seconds: waiting,
        } = self.stopping_condition;
        let is_spot = self.enable_managed_spot_training == Some(true);
        let wrong = match waiting {
            Some(_) if !is_spot => {
                "It is only supported when EnableManagedSpotTraining is set to true"
            }
            waiting if is_spot && waiting.is_none_or(|waiting| waiting < runtime) => {
                "It must be present and be greater than or equal to MaxRuntimeInSeconds"
            }
            _ => return Ok(()),
        };
        let message = format!("Invalid MaxWaitTimeInSeconds. {wrong}");
        Err(AwsError::validation(message))
    }

    /// Where the model archive goes.
    pub fn model_artifacts(&self) -> String {
        format!("{}/output/model.tar.gz", self.output_folder())
    }

    /// Where `/opt/ml/output/data` goes.
    pub fn output_artifacts(&self) -> String {
        format!("{}/output/output.tar.gz", self.output_folder())
    }

    fn output_folder(&self) -> String {
        let path = self.output_data_config.s3_output_path.trim_end_matches('/');
        format!("{path}/{}", self.training_job_name)
    }
}
