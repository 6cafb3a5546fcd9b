//! CreateProcessingJob, with what the job reads.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::{
    AppSpecification, ProcessingClusterConfig, ProcessingInput, ProcessingInstanceType,
    ProcessingOutput, ProcessingOutputConfig, ProcessingResources, ProcessingS3DataType,
    ProcessingS3Input, ProcessingS3InputMode, ProcessingS3Output, ProcessingS3UploadMode,
    ProcessingStoppingCondition, Tag,
};
use contracts::intake::IntakeRequest;
use contracts::schema::Schema;
use contracts::{keys, names};
use loop_state::objects;
use serde_json::json;
use uploads::Source;

use crate::Deps;

/// A file of 2 GB takes minutes; this ends a job that hangs.
const MAXIMUM_SECONDS: i32 = 4 * 3600;
/// The file, and twice the part: as it is made, and among the outputs. A part names every column in every row, so it may
/// be several times its file.
const VOLUME_GB: i32 = 200;

const INPUT: &str = "/opt/ml/processing/input";
const OUTPUT: &str = "/opt/ml/processing/output";

/// A refusal is an error: another look finds what another invocation created meanwhile, and a quota is free again later.
pub async fn create(deps: &Deps, id: &str, name: &str) -> Result<()> {
    let dataset = &deps.config.recipe.dataset;
    let address = |key: &str| keys::s3_uri(&deps.bucket.name, key);
    let (upload, request) = (
        keys::intake_input(dataset, id),
        keys::intake_request(dataset, id),
    );
    let settings = &deps.config.job;
    let application = AppSpecification::builder()
        .image_uri(&settings.image_uri)
        .container_arguments("intake");
    let created = deps
        .sagemaker
        .create_processing_job()
        .processing_job_name(name)
        .app_specification(application.build())
        .role_arn(&settings.role_arn)
        .processing_resources(resources(&settings.instance_type))
        .processing_inputs(input(
            "upload",
            &address(&upload),
            ProcessingS3DataType::ManifestFile,
        ))
        .processing_inputs(input(
            "request",
            &address(&request),
            ProcessingS3DataType::S3Prefix,
        ))
        .processing_output_config(output(&address(&keys::dataset(dataset))))
        .stopping_condition(
            ProcessingStoppingCondition::builder()
                .max_runtime_in_seconds(MAXIMUM_SECONDS)
                .build(),
        )
        .tags(
            Tag::builder()
                .key(names::STACK_TAG)
                .value(&settings.stack)
                .build(),
        )
        .send()
        .await;
    created.with_context(|| format!("create {name}"))?;
    Ok(())
}

/// The request is written last: while there is none, the job was not asked.
pub async fn write_request(
    deps: &Deps,
    source: &Source,
    id: &str,
    schema: Option<Schema>,
) -> Result<()> {
    let recipe = &deps.config.recipe;
    let request = IntakeRequest {
        source_key: source.key.clone(),
        id: id.to_owned(),
        dataset: recipe.dataset.clone(),
        mapping: recipe.mapping.clone(),
        schema,
        labels: recipe.labels.clone(),
        maximum_bytes: deps.config.job.maximum_bytes,
    };
    let (folder, name) = source
        .key
        .rsplit_once('/')
        .context("an upload lies in a folder")?;
    let prefix = keys::s3_uri(&deps.bucket.name, &format!("{folder}/"));
    let input = json!([{ "prefix": prefix }, name]);
    let key = keys::intake_input(&recipe.dataset, id);
    objects::create(&deps.bucket, &key, &input).await?;
    let key = keys::intake_request(&recipe.dataset, id);
    objects::create(&deps.bucket, &key, &request)
        .await
        .map(drop)
}

fn resources(instance_type: &str) -> ProcessingResources {
    let cluster = ProcessingClusterConfig::builder()
        .instance_count(1)
        .instance_type(ProcessingInstanceType::from(instance_type))
        .volume_size_in_gb(VOLUME_GB);
    let resources = ProcessingResources::builder().cluster_config(cluster.build());
    resources.build()
}

fn input(name: &str, address: &str, kind: ProcessingS3DataType) -> ProcessingInput {
    let object = ProcessingS3Input::builder()
        .s3_uri(address)
        .local_path(format!("{INPUT}/{name}"))
        .s3_data_type(kind)
        .s3_input_mode(ProcessingS3InputMode::File)
        .build();
    ProcessingInput::builder()
        .input_name(name)
        .s3_input(object)
        .build()
}

fn output(address: &str) -> ProcessingOutputConfig {
    let object = ProcessingS3Output::builder()
        .s3_uri(address)
        .local_path(format!("{OUTPUT}/dataset"))
        .s3_upload_mode(ProcessingS3UploadMode::EndOfJob)
        .build();
    let output = ProcessingOutput::builder()
        .output_name("dataset")
        .s3_output(object)
        .build();
    ProcessingOutputConfig::builder().outputs(output).build()
}
