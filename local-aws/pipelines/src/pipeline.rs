//! Pipelines: their definitions by name.

use std::io::Read as _;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::definition::{Definition, check_argument_types, check_retry_policies};
use super::execution::{self, Parallelism};
use local_core::listing::{ListRequest, Listed, SortBy, SortOrder, page};
use local_core::names::{self, created_by};
use local_core::store::{Table, Tx};
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply, extend};
use local_core::{Call, Cloud, Principal};
use local_s3 as s3;

const PIPELINES: Table<Pipeline> = Table::new("sagemaker/pipeline");
/// Definitions by their SHA-256: executions keep the one that they started with.
const DEFINITIONS: Table<String> = Table::new("sagemaker/pipeline-definition");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pipeline {
    pub name: String,
    pub arn: String,
    display_name: Option<String>,
    description: Option<String>,
    role_arn: String,
    pub definition: String,
    pub parallelism: Option<Parallelism>,
    token: String,
    created: Timestamp,
    modified: Timestamp,
    pub last_run: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pipeline_name: String,
    pipeline_display_name: Option<String>,
    pipeline_definition: Option<String>,
    pipeline_definition_s3_location: Option<S3Location>,
    pipeline_description: Option<String>,
    client_request_token: String,
    role_arn: String,
    #[serde(default)]
    tags: Vec<Tag>,
    parallelism_configuration: Option<Parallelism>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRequest {
    pipeline_name: String,
    pipeline_display_name: Option<String>,
    pipeline_definition: Option<String>,
    pipeline_definition_s3_location: Option<S3Location>,
    pipeline_description: Option<String>,
    role_arn: Option<String>,
    parallelism_configuration: Option<Parallelism>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct S3Location {
    bucket: String,
    object_key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    pipeline_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteRequest {
    pipeline_name: String,
    #[serde(rename = "ClientRequestToken")]
    _client_request_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListPipelinesRequest {
    pipeline_name_prefix: Option<String>,
    created_after: Option<f64>,
    created_before: Option<f64>,
    sort_by: Option<SortBy>,
    sort_order: Option<SortOrder>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    let name = request.pipeline_name;
    let text = text(
        &call,
        request.pipeline_definition,
        request.pipeline_definition_s3_location,
    )?
    .ok_or_else(|| AwsError::validation("a pipeline needs a PipelineDefinition"))?;
    check(&text)?;
    call.cloud.store.write(|tx| {
        call.cloud.check_trust(tx, &request.role_arn, SAGEMAKER)?;
        if let Some(earlier) = get(tx, &call.region, &name) {
            if earlier.token == request.client_request_token {
                return Ok(json!({ "PipelineArn": earlier.arn }));
            }
            return Err(AwsError::validation(format!(
                "Pipeline names must be unique within an AWS account and region. \
                 Pipeline with name ({name}) already exists."
            )));
        }
        let now = Timestamp::now(&call.cloud.world);
        let pipeline = Pipeline {
            arn: names::arn(&call, "pipeline", &name),
            name,
            display_name: request.pipeline_display_name,
            description: request.pipeline_description,
            role_arn: request.role_arn,
            definition: keep(tx, &call.region, &text),
            parallelism: request.parallelism_configuration,
            token: request.client_request_token,
            created: now,
            modified: now,
            last_run: None,
        };
        put(tx, &call.region, &pipeline);
        tags::create(tx, &pipeline.arn, &request.tags);
        Ok(json!({ "PipelineArn": pipeline.arn }))
    })
}

pub async fn update(call: Call, request: UpdateRequest) -> Reply {
    let text = text(
        &call,
        request.pipeline_definition,
        request.pipeline_definition_s3_location,
    )?;
    if let Some(text) = &text {
        check(text)?;
    }
    call.cloud.store.write(|tx| {
        let mut pipeline = required(&call.cloud, tx, &call.region, &request.pipeline_name)?;
        if let Some(role) = &request.role_arn {
            call.cloud.check_trust(tx, role, SAGEMAKER)?;
        }
        if let Some(text) = &text {
            pipeline.definition = keep(tx, &call.region, text);
        }
        pipeline.display_name = request.pipeline_display_name.or(pipeline.display_name);
        pipeline.description = request.pipeline_description.or(pipeline.description);
        pipeline.role_arn = request.role_arn.unwrap_or(pipeline.role_arn);
        pipeline.parallelism = request.parallelism_configuration.or(pipeline.parallelism);
        pipeline.modified = Timestamp::now(&call.cloud.world);
        put(tx, &call.region, &pipeline);
        Ok(json!({ "PipelineArn": pipeline.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let (pipeline, text) = call.cloud.store.read(|tx| {
        let pipeline = required(&call.cloud, tx, &call.region, &request.pipeline_name)?;
        let text = definition_text(tx, &call.region, &pipeline.definition);
        Ok::<_, AwsError>((pipeline, text))
    })?;
    let mut described = summary(&pipeline);
    let more = json!({
        "PipelineDefinition": text,
        "PipelineStatus": "Active",
        "LastRunTime": pipeline.last_run.map(Timestamp::seconds),
        "CreatedBy": created_by(),
        "LastModifiedBy": created_by(),
        "ParallelismConfiguration": pipeline.parallelism,
    });
    extend(&mut described, more);
    if let Some(members) = described.as_object_mut() {
        members.remove("LastExecutionTime");
    }
    Ok(described)
}

pub async fn list(call: Call, request: ListPipelinesRequest) -> Reply {
    let pipelines = call.cloud.store.read(|tx| PIPELINES.list(tx, &call.region));
    let prefix = request.pipeline_name_prefix.as_deref().unwrap_or_default();
    let listed = pipelines
        .into_iter()
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(name, pipeline)| Listed {
            name,
            created: pipeline.created,
            modified: pipeline.modified,
            status: "Active",
            summary: summary(&pipeline),
        });
    let common = ListRequest {
        creation_time_after: request.created_after,
        creation_time_before: request.created_before,
        sort_by: request.sort_by,
        sort_order: request.sort_order,
        max_results: request.max_results,
        next_token: request.next_token,
        ..ListRequest::default()
    };
    let page = page(listed.collect(), &common, SortOrder::Descending)?;
    Ok(json!({ "PipelineSummaries": page.summaries, "NextToken": page.next_token }))
}

pub async fn delete(call: Call, request: DeleteRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let pipeline = required(&call.cloud, tx, &call.region, &request.pipeline_name)?;
        execution::delete_all(tx, &call.region, &pipeline.name)?;
        PIPELINES.delete(tx, &call.region, &pipeline.name);
        tags::remove(tx, &pipeline.arn);
        Ok(json!({ "PipelineArn": pipeline.arn }))
    })
}

/// By name or ARN.
pub fn required(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    name_or_arn: &str,
) -> Result<Pipeline, AwsError> {
    get(tx, region, name_or_arn).ok_or_else(|| {
        let name = names::of(name_or_arn, "pipeline");
        let arn = cloud.arn("sagemaker", region, &format!("pipeline/{name}"));
        AwsError::new(
            400,
            "ResourceNotFound",
            format!("Pipeline '{arn}' does not exist."),
        )
    })
}

pub fn put(tx: &Tx, region: &str, pipeline: &Pipeline) {
    PIPELINES.put(tx, region, &pipeline.name, pipeline);
}

/// The text that a pipeline or an execution names.
pub fn definition_text(tx: &Tx, region: &str, sha256: &str) -> String {
    DEFINITIONS
        .get(tx, region, sha256)
        .expect("a definition is stored with what names it")
}

/// A stored definition, parsed.
pub fn definition(tx: &Tx, region: &str, sha256: &str) -> Definition {
    Definition::parse(&definition_text(tx, region, sha256))
        .expect("a definition was parsed before it was stored")
}

/// The session of a pipeline's role.
pub fn principal(tx: &Tx, region: &str, name: &str) -> Principal {
    let role_arn = get(tx, region, name).map(|pipeline| pipeline.role_arn);
    Principal::role(&role_arn.unwrap_or_default(), "SageMaker")
}

fn get(tx: &Tx, region: &str, name_or_arn: &str) -> Option<Pipeline> {
    PIPELINES.get(tx, region, names::of(name_or_arn, "pipeline"))
}

/// The service that pipelines' roles trust.
const SAGEMAKER: &str = "sagemaker.amazonaws.com";

fn text(
    call: &Call,
    text: Option<String>,
    location: Option<S3Location>,
) -> Result<Option<String>, AwsError> {
    let Some(location) = location else {
        return Ok(text);
    };
    let S3Location { bucket, object_key } = location;
    // SageMaker reads it in its caller's name.
    let objects = s3::InName {
        cloud: &call.cloud,
        principal: &call.principal,
    };
    let opened = objects.open(&bucket, &object_key);
    let mut bytes = Vec::new();
    opened
        .and_then(|mut reader| Ok(reader.read_to_end(&mut bytes)?))
        .map_err(|error| {
            AwsError::validation(format!(
                "s3://{bucket}/{object_key} cannot be read: {error}"
            ))
        })?;
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| AwsError::validation(format!("s3://{bucket}/{object_key} is not UTF-8")))
}

fn check(text: &str) -> Result<(), AwsError> {
    let definition = Definition::parse(text);
    let checked = definition.and_then(|parsed| check_retry_policies(&parsed).map(|()| parsed));
    let definition = checked.map_err(|error| {
        AwsError::unsupported(format!("Unable to parse pipeline definition: {error}"))
    })?;
    check_argument_types(&definition).map_err(AwsError::validation)
}

fn keep(tx: &Tx, region: &str, text: &str) -> String {
    let sha256 = HEXLOWER.encode(&Sha256::digest(text));
    DEFINITIONS.put(tx, region, &sha256, &text.to_owned());
    sha256
}

fn summary(pipeline: &Pipeline) -> Value {
    json!({
        "PipelineArn": pipeline.arn,
        "PipelineName": pipeline.name,
        "PipelineDisplayName": pipeline.display_name.as_deref().unwrap_or(&pipeline.name),
        "PipelineDescription": pipeline.description,
        "RoleArn": pipeline.role_arn,
        "CreationTime": pipeline.created.seconds(),
        "LastModifiedTime": pipeline.modified.seconds(),
        "LastExecutionTime": pipeline.last_run.map(Timestamp::seconds),
    })
}
