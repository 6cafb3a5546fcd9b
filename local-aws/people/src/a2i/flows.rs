//! Flow definitions: the task, the work team, and where the answers go.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::human_loop::HumanLoop;
use super::loops::has_active_loops;
use crate::workforce::task_uis;
use crate::workforce::team::team_exists;
use local_core::Call;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names;
use local_core::store::{Table, Tx};
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_s3 as s3;

const FLOW_DEFINITIONS: Table<Flow> = Table::new("sagemaker/flow-definition");

/// AWS takes some seconds; long enough here that a client which does not wait notices.
const INITIALIZING_SECONDS: f64 = 0.1;

#[derive(Clone, Serialize, Deserialize)]
pub struct Flow {
    pub arn: String,
    created: Timestamp,
    pub template_sha256: String,
    pub request: CreateRequest,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub flow_definition_name: String,
    pub human_loop_config: HumanLoopConfig,
    pub output_config: OutputConfig,
    pub role_arn: String,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct HumanLoopConfig {
    pub workteam_arn: String,
    human_task_ui_arn: String,
    pub task_title: String,
    pub task_description: String,
    /// How many different workers answer.
    pub task_count: usize,
    #[serde(default = "ten_days")]
    pub task_availability_lifetime_in_seconds: u32,
    #[serde(default = "one_hour")]
    pub task_time_limit_in_seconds: u32,
    task_keywords: Option<Vec<String>>,
}

/// A2I's default, and the most that it takes.
fn ten_days() -> u32 {
    864_000
}

fn one_hour() -> u32 {
    3600
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OutputConfig {
    #[serde(rename = "S3OutputPath")]
    pub s3_output_path: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    flow_definition_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    let output = &request.output_config.s3_output_path;
    if s3::parse_uri(output).is_none() {
        return Err(AwsError::unsupported(format!(
            "local-aws writes answers to s3://BUCKET/PREFIX, not to {output}"
        )));
    }
    let now = Timestamp::now(&call.cloud.world);
    let name = &request.flow_definition_name;
    let arn = names::arn(&call, "flow-definition", name);
    call.cloud.store.write(|tx| {
        if FLOW_DEFINITIONS.get(tx, &call.region, name).is_some() {
            let message = format!("The flow definition {arn} already exists.");
            return Err(AwsError::new(400, "ResourceInUse", message));
        }
        call.cloud
            .check_trust(tx, &request.role_arn, "sagemaker.amazonaws.com")?;
        let config = &request.human_loop_config;
        if !team_exists(tx, &call.region, &config.workteam_arn) {
            let message = format!("The work team {} does not exist.", config.workteam_arn);
            return Err(AwsError::validation(message));
        }
        let template_sha256 = task_uis::template_of(tx, &call.region, &config.human_task_ui_arn)
            .map_err(|error| AwsError::validation(error.message))?;
        let flow = Flow {
            arn,
            created: now,
            template_sha256,
            request: request.clone(),
        };
        FLOW_DEFINITIONS.put(tx, &call.region, name, &flow);
        tags::create(tx, &flow.arn, &flow.request.tags);
        Ok(json!({ "FlowDefinitionArn": flow.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let now = Timestamp::now(&call.cloud.world);
    let name = &request.flow_definition_name;
    let flow = call.cloud.store.read(|tx| get(tx, &call.region, name))?;
    Ok(json!({
        "FlowDefinitionArn": flow.arn,
        "FlowDefinitionName": name,
        "FlowDefinitionStatus": flow.status(now),
        "CreationTime": flow.created.seconds(),
        "HumanLoopConfig": flow.request.human_loop_config,
        "OutputConfig": flow.request.output_config,
        "RoleArn": flow.request.role_arn,
    }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let now = Timestamp::now(&call.cloud.world);
    let all = call
        .cloud
        .store
        .read(|tx| FLOW_DEFINITIONS.list(tx, &call.region));
    let all = all
        .into_iter()
        .map(|(name, flow)| listed_flow(name, &flow, now))
        .collect();
    let page = page(all, &request, SortOrder::Descending)?;
    Ok(json!({ "FlowDefinitionSummaries": page.summaries, "NextToken": page.next_token }))
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    let name = &request.flow_definition_name;
    call.cloud.store.write(|tx| {
        let flow = get(tx, &call.region, name)?;
        if has_active_loops(tx, &call.region, &flow.arn) {
            let message = format!("The flow definition {} has active human loops.", flow.arn);
            return Err(AwsError::new(400, "ResourceInUse", message));
        }
        FLOW_DEFINITIONS.delete(tx, &call.region, name);
        tags::remove(tx, &flow.arn);
        Ok(json!({}))
    })
}

/// The name of the sessions in which Augmented AI works in a flow definition's role.
pub const SESSION: &str = "AmazonAugmentedAI";

/// The role of a loop's flow definition.
pub fn role_arn(tx: &Tx, region: &str, human_loop: &HumanLoop) -> String {
    if !human_loop.role_arn.is_empty() {
        return human_loop.role_arn.clone();
    }
    let flow = names::of(&human_loop.flow_definition_arn, "flow-definition");
    get(tx, region, flow).map_or_else(|_| String::new(), |flow| flow.request.role_arn)
}

/// The flow that a human loop may be started with.
pub fn active(tx: &Tx, region: &str, arn: &str, now: Timestamp) -> Result<Flow, AwsError> {
    let flow = get(tx, region, names::of(arn, "flow-definition"))
        .ok()
        .filter(|flow| flow.arn == arn)
        .ok_or_else(|| {
            AwsError::validation(format!("The flow definition {arn} does not exist."))
        })?;
    match flow.status(now) {
        "Active" => Ok(flow),
        status => Err(AwsError::validation(format!(
            "The flow definition {arn} is {status}."
        ))),
    }
}

impl Flow {
    fn status(&self, now: Timestamp) -> &'static str {
        if now.seconds_since(self.created) < INITIALIZING_SECONDS {
            "Initializing"
        } else {
            "Active"
        }
    }
}

/// The flow definition of that name, or SageMaker's refusal.
fn get(tx: &Tx, region: &str, name: &str) -> Result<Flow, AwsError> {
    FLOW_DEFINITIONS.get(tx, region, name).ok_or_else(|| {
        let message = format!("The flow definition {name} does not exist.");
        AwsError::new(400, "ResourceNotFound", message)
    })
}

fn listed_flow(name: String, flow: &Flow, now: Timestamp) -> Listed {
    let status = flow.status(now);
    let summary: Value = json!({
        "FlowDefinitionName": name,
        "FlowDefinitionArn": flow.arn,
        "FlowDefinitionStatus": status,
        "CreationTime": flow.created.seconds(),
    });
    Listed {
        name,
        created: flow.created,
        modified: flow.created,
        status,
        summary,
    }
}
