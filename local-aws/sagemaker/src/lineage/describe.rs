//! DescribeArtifact, DescribeContext, DescribeAction, DescribeTrialComponent.

use serde::Deserialize;

use super::derived;
use super::entity::LineageType;
use super::shown::described;
use local_core::Call;
use local_core::wire::Reply;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ArtifactRequest {
    artifact_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ContextRequest {
    context_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ActionRequest {
    action_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TrialComponentRequest {
    trial_component_name: String,
}

pub async fn artifact(call: Call, request: ArtifactRequest) -> Reply {
    one(&call, LineageType::Artifact, &request.artifact_arn)
}

pub async fn context(call: Call, request: ContextRequest) -> Reply {
    one(&call, LineageType::Context, &request.context_name)
}

pub async fn action(call: Call, request: ActionRequest) -> Reply {
    one(&call, LineageType::Action, &request.action_name)
}

pub async fn trial_component(call: Call, request: TrialComponentRequest) -> Reply {
    let name = &request.trial_component_name;
    one(&call, LineageType::TrialComponent, name)
}

/// By name or ARN.
fn one(call: &Call, lineage_type: LineageType, name_or_arn: &str) -> Reply {
    let graph = derived::graph(call);
    let arn = match name_or_arn.starts_with("arn:") {
        true => name_or_arn.to_owned(),
        false => graph.arn(lineage_type, name_or_arn),
    };
    graph.required(&arn).map(described)
}
