//! The operations of `sagemaker-a2i-runtime`.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::Duration;

use super::finish::{self, milliseconds};
use super::flows;
use super::human_loop::{HumanLoop, Status};
use super::loops;
use local_core::Call;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StartRequest {
    human_loop_name: String,
    flow_definition_arn: String,
    human_loop_input: HumanLoopInput,
    /// For public workforces; a private one may see everything.
    #[serde(rename = "DataAttributes")]
    _data_attributes: Option<DataAttributes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct HumanLoopInput {
    input_content: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DataAttributes {
    #[serde(rename = "ContentClassifiers")]
    _content_classifiers: Vec<ContentClassifier>,
}

#[derive(Deserialize)]
enum ContentClassifier {
    FreeOfPersonallyIdentifiableInformation,
    FreeOfAdultContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    human_loop_name: String,
}

pub async fn start(call: Call, request: StartRequest) -> Reply {
    let name = &request.human_loop_name;
    let content = parse_input(&request.human_loop_input.input_content)?;
    let now = call.cloud.world.now();
    call.cloud.store.write(|tx| {
        if let Some(active) = loops::active(tx, &call.region, name) {
            let is_same = active.flow_definition_arn == request.flow_definition_arn
                && loops::input(tx, &call.region, name) == content;
            return if is_same {
                Ok(json!({ "HumanLoopArn": active.arn }))
            } else {
                let message = format!("The human loop {name} is active with another input.");
                Err(AwsError::new(409, "ConflictException", message))
            };
        }
        let arn = &request.flow_definition_arn;
        let flow = flows::active(tx, &call.region, arn, Timestamp::from(now))?;
        let config = flow.request.human_loop_config;
        let lifetime = i64::from(config.task_availability_lifetime_in_seconds);
        let human_loop = HumanLoop {
            name: name.clone(),
            arn: call.arn("sagemaker", &format!("human-loop/{name}")),
            flow_definition_arn: flow.arn,
            created: now,
            expires: now + Duration::seconds(lifetime),
            status: Status::InProgress,
            failure: None,
            output_uri: None,
            output_path: flow.request.output_config.s3_output_path,
            role_arn: flow.request.role_arn,
            workteam_arn: config.workteam_arn,
            template_sha256: flow.template_sha256,
            title: config.task_title,
            description: config.task_description,
            task_count: config.task_count,
            time_limit_seconds: config.task_time_limit_in_seconds,
            claims: Vec::new(),
            answers: Vec::new(),
        };
        loops::start(tx, &call.region, &human_loop, &content);
        Ok(json!({ "HumanLoopArn": human_loop.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let name = &request.human_loop_name;
    let human_loop = call
        .cloud
        .store
        .read(|tx| loops::find(tx, &call.region, name))
        .ok_or_else(|| unknown(name))?;
    let failure = human_loop.failure.as_ref();
    let uri = human_loop.output_uri.as_ref();
    Ok(json!({
        "HumanLoopName": human_loop.name,
        "HumanLoopArn": human_loop.arn,
        "HumanLoopStatus": human_loop.status.as_str(),
        "FlowDefinitionArn": human_loop.flow_definition_arn,
        "CreationTime": milliseconds(human_loop.created),
        "FailureCode": failure.map(|failure| &failure.code),
        "FailureReason": failure.map(|failure| &failure.reason),
        "HumanLoopOutput": uri.map(|uri| json!({ "OutputS3Uri": uri })),
    }))
}

pub async fn stop(call: Call, request: NameRequest) -> Reply {
    let name = &request.human_loop_name;
    let stopped = finish::change(&call.cloud, (&call.region, name), |human_loop| {
        human_loop.status = Status::Stopped;
        Ok::<(), AwsError>(())
    })?;
    if stopped.is_some() {
        return Ok(json!({}));
    }
    let ended = call
        .cloud
        .store
        .read(|tx| loops::find(tx, &call.region, name));
    Err(match ended {
        Some(_) => AwsError::validation(format!("The human loop {name} has ended.")),
        None => unknown(name),
    })
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    let name = &request.human_loop_name;
    call.cloud.store.write(|tx| {
        let human_loop = loops::find(tx, &call.region, name).ok_or_else(|| unknown(name))?;
        loops::delete(tx, &call.region, &human_loop);
        Ok(json!({}))
    })
}

fn unknown(name: &str) -> AwsError {
    let message = format!("The human loop {name} does not exist.");
    AwsError::new(404, "ResourceNotFoundException", message)
}

fn parse_input(content: &str) -> Result<Value, AwsError> {
    let object: Map<String, Value> = serde_json::from_str(content).map_err(|error| {
        AwsError::validation(format!("InputContent is no JSON object: {error}"))
    })?;
    Ok(Value::Object(object))
}
