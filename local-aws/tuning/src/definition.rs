//! `TrainingJobDefinition`, and the training jobs that it makes.

use std::collections::BTreeMap;

use local_core::tags::Tag;
use local_core::wire::AwsError;
use local_sagemaker::jobs::FileMode;
use local_sagemaker::jobs::training_request::{
    Channel, CheckpointConfig, CreateRequest, MetricDefinition, OutputDataConfig, ResourceConfig,
    StoppingCondition,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tuning::Values;

/// The hyperparameter by which a training program learns what is tuned for.
pub const OBJECTIVE: &str = "_tuning_objective_metric";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TrainingJobDefinition {
    pub definition_name: Option<String>,
    #[serde(default)]
    pub static_hyper_parameters: BTreeMap<String, String>,
    pub algorithm_specification: AlgorithmSpecification,
    pub role_arn: String,
    #[serde(default)]
    input_data_config: Vec<Channel>,
    output_data_config: OutputDataConfig,
    resource_config: Option<ResourceConfig>,
    hyper_parameter_tuning_resource_config: Option<ResourceConfig>,
    stopping_condition: StoppingCondition,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    checkpoint_config: Option<CheckpointConfig>,
    #[serde(default)]
    enable_managed_spot_training: bool,
    #[serde(default)]
    enable_network_isolation: bool,
    #[serde(default)]
    enable_inter_container_traffic_encryption: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AlgorithmSpecification {
    training_image: String,
    training_input_mode: FileMode,
    #[serde(default)]
    pub metric_definitions: Vec<MetricDefinition>,
}

impl TrainingJobDefinition {
    /// Sets what a description has without having been sent: the objective, and `ResourceConfig` where the other one is
    /// given, which the official SDK sends, while it reads this one.
    pub fn complete(&mut self, objective: &str) -> Result<(), AwsError> {
        self.static_hyper_parameters
            .insert(OBJECTIVE.to_owned(), objective.to_owned());
        let sent = self.hyper_parameter_tuning_resource_config.clone();
        self.resource_config = match (self.resource_config.take(), sent) {
            (Some(config), None) | (None, Some(config)) => Some(config),
            _ => {
                return Err(AwsError::validation(
                    "TrainingJobDefinition has either ResourceConfig or HyperParameterTuningResourceConfig",
                ));
            }
        };
        Ok(())
    }

    pub fn metric(&self, name: &str) -> Option<&MetricDefinition> {
        let mut definitions = self.algorithm_specification.metric_definitions.iter();
        definitions.find(|definition| definition.name == name)
    }

    /// The request of a training job with these values of the tunable hyperparameters.
    pub fn request(&self, name: &str, values: &Values, tags: &[Tag]) -> CreateRequest {
        let hyperparameters: BTreeMap<_, _> =
            self.static_hyper_parameters.iter().chain(values).collect();
        // Checkpoints of one training job must not be another's: each has a folder.
        let mut checkpoints = self.checkpoint_config.clone();
        if let Some(config) = &mut checkpoints {
            config.s3_uri = format!("{}/{name}", config.s3_uri.trim_end_matches('/'));
        }
        let request = json!({
            "TrainingJobName": name,
            "HyperParameters": hyperparameters,
            "AlgorithmSpecification": self.algorithm_specification,
            "RoleArn": self.role_arn,
            "InputDataConfig": self.input_data_config,
            "OutputDataConfig": self.output_data_config,
            "ResourceConfig": self.resource_config,
            "StoppingCondition": self.stopping_condition,
            "Environment": self.environment,
            "CheckpointConfig": checkpoints,
            "EnableManagedSpotTraining": self.enable_managed_spot_training,
            "EnableNetworkIsolation": self.enable_network_isolation,
            "EnableInterContainerTrafficEncryption": self.enable_inter_container_traffic_encryption,
            "Tags": tags,
        });
        serde_json::from_value(request).expect("these are members of CreateTrainingJob")
    }
}
