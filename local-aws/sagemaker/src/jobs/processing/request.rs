//! The members of CreateProcessingJob that this machine can honour.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::requests::{Compression, Distribution, FileMode};
use local_containers::inputs::S3DataType;
use local_core::tags::Tag;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    #[serde(default)]
    pub processing_inputs: Vec<ProcessingInput>,
    pub processing_output_config: Option<ProcessingOutputConfig>,
    pub processing_job_name: String,
    pub processing_resources: ProcessingResources,
    pub stopping_condition: Option<StoppingCondition>,
    pub app_specification: AppSpecification,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    pub role_arn: String,
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Experiments are recorded, not tracked.
    experiment_config: Option<Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ProcessingInput {
    pub input_name: String,
    app_managed: Option<bool>,
    pub s3_input: S3Input,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct S3Input {
    pub s3_uri: String,
    pub local_path: String,
    pub s3_data_type: S3DataType,
    s3_input_mode: Option<FileMode>,
    s3_data_distribution_type: Option<Distribution>,
    s3_compression_type: Option<Compression>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ProcessingOutputConfig {
    pub outputs: Vec<ProcessingOutput>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ProcessingOutput {
    pub output_name: String,
    app_managed: Option<bool>,
    pub s3_output: S3Output,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct S3Output {
    pub s3_uri: String,
    pub local_path: String,
    s3_upload_mode: EndOfJob,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum EndOfJob {
    EndOfJob,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ProcessingResources {
    pub cluster_config: ClusterConfig,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ClusterConfig {
    pub instance_count: u32,
    pub instance_type: String,
    #[serde(rename = "VolumeSizeInGB")]
    pub volume_size_in_gb: u32,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StoppingCondition {
    pub max_runtime_in_seconds: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AppSpecification {
    pub image_uri: String,
    #[serde(default)]
    pub container_entrypoint: Vec<String>,
    #[serde(default)]
    pub container_arguments: Vec<String>,
}

impl CreateRequest {
    pub fn outputs(&self) -> &[ProcessingOutput] {
        self.processing_output_config
            .as_ref()
            .map_or(&[], |config| &config.outputs)
    }
}
