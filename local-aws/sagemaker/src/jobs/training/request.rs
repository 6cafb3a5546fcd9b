//! The members of CreateTrainingJob that this machine can honour.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::requests::{Compression, Distribution, FileMode, check_instance_count, one_day};
use local_containers::inputs::S3DataType;
use local_core::tags::Tag;
use local_core::wire::AwsError;

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
    enable_managed_spot_training: Option<bool>,
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
}

/// Hook settings without collections ask for nothing to be saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DebugHookConfig {
    s3_output_path: String,
    #[serde(default)]
    collection_configurations: [(); 0],
}

impl Default for StoppingCondition {
    fn default() -> StoppingCondition {
        StoppingCondition {
            max_runtime_in_seconds: one_day(),
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
            (
                "EnableManagedSpotTraining",
                self.enable_managed_spot_training,
            ),
        ];
        for (parameter, switch) in switches {
            if switch == Some(true) {
                return Err(AwsError::unsupported(format!(
                    "local-aws does not honour the parameter {parameter} of CreateTrainingJob"
                )));
            }
        }
        for metric in &self.algorithm_specification.metric_definitions {
            regex::Regex::new(&metric.regex).map_err(|error| {
                AwsError::validation(format!("the Regex of metric '{}': {error}", metric.name))
            })?;
        }
        Ok(())
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
