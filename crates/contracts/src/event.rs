//! The details of the EventBridge events that wake the functions, and only those of their fields that
//! are read. Their envelope is `aws_lambda_events`' `EventBridgeEvent`.

use serde::{Deserialize, Deserializer, Serialize};

pub const S3: &str = "aws.s3";
pub const SAGEMAKER: &str = "aws.sagemaker";
/// Ours: `PutEvents` refuses those of AWS.
pub const REVIEWLOOP: &str = "reviewloop";

pub const OBJECT_CREATED: &str = "Object Created";
pub const EXECUTION_STATUS: &str = "SageMaker Model Building Pipeline Execution Status Change";
pub const STEP_STATUS: &str = "SageMaker Model Building Pipeline Execution Step Status Change";
pub const MODEL_PACKAGE: &str = "SageMaker Model Package State Change";
pub const ENDPOINT: &str = "SageMaker Endpoint State Change";
pub const ENDPOINT_DEPLOYMENT: &str = "SageMaker Endpoint Deployment State Change";
pub const PROCESSING_JOB: &str = "SageMaker Processing Job State Change";
pub const TRAINING_JOB: &str = "SageMaker Training Job State Change";
pub const TUNING_JOB: &str = "SageMaker HyperParameter Tuning Job State Change";
pub const HUMAN_LOOP: &str = "SageMaker A2I HumanLoop Status Change";
/// The same of a task of the review portal.
pub const PORTAL_HUMAN_LOOP: &str = "Reviewloop HumanLoop Status Change";

/// Who sends events of this detail type.
pub fn source(detail_type: &str) -> &'static str {
    match detail_type {
        OBJECT_CREATED => S3,
        PORTAL_HUMAN_LOOP => REVIEWLOOP,
        _ => SAGEMAKER,
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectCreated {
    pub bucket: Bucket,
    pub object: Object,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// As it is: only S3's own notification encodes it.
    pub key: String,
    #[serde(default)]
    pub size: u64,
    #[serde(default)]
    pub etag: String,
}

/// Execution and step events: both name the execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PipelineExecution {
    pub pipeline_arn: String,
    pub pipeline_execution_arn: String,
}

/// A step that has ended, with its job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PipelineStep {
    pub pipeline_arn: String,
    pub step_name: String,
    pub metadata: StepMetadata,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepMetadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processing_job: Option<Arn>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arn {
    pub arn: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModelPackage {
    pub model_package_arn: String,
    #[serde(default, deserialize_with = "null_is_empty")]
    pub model_package_group_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Endpoint {
    pub endpoint_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProcessingJob {
    pub processing_job_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TuningJob {
    pub hyper_parameter_tuning_job_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HumanLoop {
    pub human_loop_name: String,
    /// Or `review-portal/STACK`.
    pub flow_definition_arn: String,
}

fn null_is_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}
