//! The operations of `sagemaker-a2i-runtime`.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

use super::finish::{self, milliseconds};
use super::flows;
use super::human_loop::{HumanLoop, Status};
use super::loops::{ACTIVE, ENDED, INPUT, find, input};
use local_core::Call;
use local_core::listing::{Listed, SortOrder, cut};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply, number};

/// A2I's limit for `InputContent`.
const LARGEST_INPUT: usize = 3 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StartRequest {
    human_loop_name: String,
    flow_definition_arn: String,
    human_loop_input: HumanLoopInput,
    /// Says what a public workforce may see; private ones see everything.
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    flow_definition_arn: String,
    #[serde(default, with = "time::serde::rfc3339::option")]
    creation_time_after: Option<OffsetDateTime>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    creation_time_before: Option<OffsetDateTime>,
    sort_order: Option<SortOrder>,
    #[serde(default = "default_page", deserialize_with = "number")]
    max_results: usize,
    next_token: Option<String>,
}

fn default_page() -> usize {
    10
}

pub async fn start(call: Call, request: StartRequest) -> Reply {
    let name = &request.human_loop_name;
    check_name(name)?;
    let content = parse_input(&request.human_loop_input.input_content)?;
    let now = call.cloud.world.now();
    call.cloud.store.write(|tx| {
        if let Some(active) = ACTIVE.get(tx, &call.region, name) {
            let is_same = active.flow_definition_arn == request.flow_definition_arn
                && input(tx, &call.region, name) == content;
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
        let it = HumanLoop {
            name: name.clone(),
            arn: call.arn("sagemaker", &format!("human-loop/{name}")),
            flow_definition_arn: flow.arn,
            created: now,
            expires: now + Duration::seconds(lifetime),
            status: Status::InProgress,
            failure: None,
            output_uri: None,
            output_path: flow.request.output_config.s3_output_path,
            workteam_arn: config.workteam_arn,
            template_sha256: flow.template_sha256,
            title: config.task_title,
            description: config.task_description,
            task_count: config.task_count,
            time_limit_seconds: config.task_time_limit_in_seconds,
            claims: Vec::new(),
            answers: Vec::new(),
        };
        ENDED.delete(tx, &call.region, name);
        INPUT.put(tx, &call.region, name, &content);
        ACTIVE.put(tx, &call.region, name, &it);
        Ok(json!({ "HumanLoopArn": it.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let name = &request.human_loop_name;
    let it = call
        .cloud
        .store
        .read(|tx| find(tx, &call.region, name))
        .ok_or_else(|| unknown(name))?;
    Ok(json!({
        "HumanLoopName": it.name,
        "HumanLoopArn": it.arn,
        "HumanLoopStatus": it.status.as_str(),
        "FlowDefinitionArn": it.flow_definition_arn,
        "CreationTime": milliseconds(it.created),
        "FailureCode": it.failure.as_ref().map(|failure| &failure.code),
        "FailureReason": it.failure.as_ref().map(|failure| &failure.reason),
        "HumanLoopOutput": it.output_uri.map(|uri| json!({ "OutputS3Uri": uri })),
    }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let mut loops: Vec<HumanLoop> = call.cloud.store.read(|tx| {
        let all = [ACTIVE, ENDED].map(|kind| kind.list(tx, &call.region));
        all.into_iter().flatten().map(|(_, it)| it).collect()
    });
    loops.retain(|it| {
        it.flow_definition_arn == request.flow_definition_arn
            && request
                .creation_time_after
                .is_none_or(|time| it.created > time)
            && request
                .creation_time_before
                .is_none_or(|time| it.created < time)
    });
    loops.sort_by(|a, b| (a.created, &a.name).cmp(&(b.created, &b.name)));
    if request.sort_order != Some(SortOrder::Ascending) {
        loops.reverse();
    }
    let listed = loops.into_iter().map(listed).collect();
    let page = cut(
        listed,
        request.next_token.as_deref(),
        Some(request.max_results),
    )?;
    Ok(json!({ "HumanLoopSummaries": page.summaries, "NextToken": page.next_token }))
}

pub async fn stop(call: Call, request: NameRequest) -> Reply {
    let name = &request.human_loop_name;
    call.cloud
        .store
        .write(|tx| match ACTIVE.get(tx, &call.region, name) {
            Some(mut it) => {
                it.status = Status::Stopped;
                finish::with_output(&call.cloud, tx, &call.region, it);
                Ok(json!({}))
            }
            None if find(tx, &call.region, name).is_some() => Err(AwsError::validation(format!(
                "The human loop {name} has ended."
            ))),
            None => Err(unknown(name)),
        })
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    let name = &request.human_loop_name;
    call.cloud.store.write(|tx| {
        find(tx, &call.region, name).ok_or_else(|| unknown(name))?;
        ACTIVE.delete(tx, &call.region, name);
        ENDED.delete(tx, &call.region, name);
        INPUT.delete(tx, &call.region, name);
        Ok(json!({}))
    })
}

fn unknown(name: &str) -> AwsError {
    let message = format!("The human loop {name} does not exist.");
    AwsError::new(404, "ResourceNotFoundException", message)
}

/// `^[a-z0-9](-*[a-z0-9])*$`, at most 63 characters.
fn check_name(name: &str) -> Result<(), AwsError> {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_sound = name.len() <= 63
        && name.starts_with(is_inner)
        && name.ends_with(is_inner)
        && name.chars().all(|c| is_inner(c) || c == '-');
    if is_sound {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "HumanLoopName '{name}' must match ^[a-z0-9](-*[a-z0-9])*$ and have at most 63 characters"
    )))
}

fn parse_input(content: &str) -> Result<Value, AwsError> {
    if content.len() > LARGEST_INPUT {
        return Err(AwsError::validation("InputContent must have at most 3 MiB"));
    }
    let object: Map<String, Value> = serde_json::from_str(content).map_err(|error| {
        AwsError::validation(format!("InputContent is no JSON object: {error}"))
    })?;
    Ok(Value::Object(object))
}

fn listed(it: HumanLoop) -> Listed {
    let created = Timestamp::from(it.created);
    let summary = json!({
        "HumanLoopName": it.name,
        "HumanLoopStatus": it.status.as_str(),
        "CreationTime": milliseconds(it.created),
        "FlowDefinitionArn": it.flow_definition_arn,
        "FailureReason": it.failure.map(|failure| failure.reason),
    });
    Listed {
        name: it.name,
        created,
        modified: created,
        status: it.status.as_str(),
        summary,
    }
}
