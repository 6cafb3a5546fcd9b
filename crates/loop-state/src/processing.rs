//! Processing jobs of the classifier's image. A job is named by what it is for: creating it twice finds the first.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::Client;
use aws_sdk_sagemaker::types::{
    AppSpecification, ProcessingClusterConfig, ProcessingInput, ProcessingInstanceType,
    ProcessingJobStatus, ProcessingOutput, ProcessingOutputConfig, ProcessingResources,
    ProcessingS3DataType, ProcessingS3Input, ProcessingS3InputMode, ProcessingS3Output,
    ProcessingS3UploadMode, ProcessingStoppingCondition, Tag,
};
use contracts::names::STACK_TAG;
use policy::processing::Settings;

use crate::refusal;

pub struct Job<'a> {
    pub name: &'a str,
    /// The classifier's.
    pub command: &'a str,
    /// Each below `/opt/ml/processing/input`.
    pub inputs: Vec<ProcessingInput>,
    /// Below `/opt/ml/processing/output`: its name, and the address that its files are uploaded over.
    pub output: (&'a str, String),
    pub volume_gb: i32,
    /// Ends a job that hangs.
    pub maximum_seconds: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// There is no job of this name.
    None,
    Running,
    Completed,
    Failed {
        reason: String,
    },
    /// By a person or the stack's deletion; at its time limit SageMaker gives a reason.
    Stopped {
        reason: Option<String>,
    },
}

const INPUT: &str = "/opt/ml/processing/input";
const OUTPUT: &str = "/opt/ml/processing/output";

/// All objects below an address, or the one object.
pub fn input(name: &str, address: &str) -> ProcessingInput {
    channel(name, address, ProcessingS3DataType::S3Prefix)
}

/// The objects that a manifest names.
pub fn input_of_manifest(name: &str, address: &str) -> ProcessingInput {
    channel(name, address, ProcessingS3DataType::ManifestFile)
}

/// A refusal is an error: another look finds what another invocation created meanwhile, and a quota is free again later.
pub async fn create(sagemaker: &Client, settings: &Settings, job: Job<'_>) -> Result<()> {
    let name = job.name;
    let application = AppSpecification::builder()
        .image_uri(&settings.image_uri)
        .container_arguments(job.command);
    let condition =
        ProcessingStoppingCondition::builder().max_runtime_in_seconds(job.maximum_seconds);
    let tag = Tag::builder().key(STACK_TAG).value(&settings.stack);
    let created = sagemaker
        .create_processing_job()
        .processing_job_name(name)
        .app_specification(application.build())
        .role_arn(&settings.role_arn)
        .processing_resources(resources(settings, job.volume_gb))
        .set_processing_inputs(Some(job.inputs))
        .processing_output_config(output(job.output.0, &job.output.1))
        .stopping_condition(condition.build())
        .tags(tag.build())
        .send()
        .await;
    created.map(drop).with_context(|| format!("create {name}"))
}

pub async fn status(sagemaker: &Client, name: &str) -> Result<Status> {
    let describe = sagemaker.describe_processing_job();
    let job = match describe.processing_job_name(name).send().await {
        Ok(job) => job,
        Err(error) if refusal::is_missing(&error) => return Ok(Status::None),
        Err(error) => return Err(error).with_context(|| format!("describe {name}")),
    };
    let reasons = [job.exit_message, job.failure_reason];
    let reason = reasons
        .into_iter()
        .flatten()
        .find(|reason| !reason.is_empty());
    Ok(match job.processing_job_status {
        Some(ProcessingJobStatus::Completed) => Status::Completed,
        Some(ProcessingJobStatus::Stopped) => Status::Stopped { reason },
        Some(ProcessingJobStatus::Failed) => Status::Failed {
            reason: reason.unwrap_or_default(),
        },
        _ => Status::Running,
    })
}

fn resources(settings: &Settings, volume_gb: i32) -> ProcessingResources {
    let cluster = ProcessingClusterConfig::builder()
        .instance_count(1)
        .instance_type(ProcessingInstanceType::from(
            settings.instance_type.as_str(),
        ))
        .volume_size_in_gb(volume_gb);
    let resources = ProcessingResources::builder().cluster_config(cluster.build());
    resources.build()
}

fn channel(name: &str, address: &str, kind: ProcessingS3DataType) -> ProcessingInput {
    let object = ProcessingS3Input::builder()
        .s3_uri(address)
        .local_path(format!("{INPUT}/{name}"))
        .s3_data_type(kind)
        .s3_input_mode(ProcessingS3InputMode::File);
    let input = ProcessingInput::builder().input_name(name);
    input.s3_input(object.build()).build()
}

fn output(name: &str, address: &str) -> ProcessingOutputConfig {
    let object = ProcessingS3Output::builder()
        .s3_uri(address)
        .local_path(format!("{OUTPUT}/{name}"))
        .s3_upload_mode(ProcessingS3UploadMode::EndOfJob);
    let output = ProcessingOutput::builder().output_name(name);
    let output = output.s3_output(object.build()).build();
    ProcessingOutputConfig::builder().outputs(output).build()
}
