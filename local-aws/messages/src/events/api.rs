//! Rules and targets, as the EventBridge API has them.

use serde::{Deserialize, Serialize};

use super::bus_name::{self, BUS};
use super::pattern::Pattern;
use super::rule::{Rule, RuleState, Target};
use local_core::Call;
use local_core::targets;
use local_core::wire::AwsError;

/// EventBridge's bound on targets of one rule.
const MAX_TARGETS: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PutRuleRequest {
    name: String,
    /// A rule with a `ScheduleExpression` in its place is refused: schedules come with the template.
    event_pattern: String,
    state: Option<RuleState>,
    description: Option<String>,
    event_bus_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutRuleResponse {
    rule_arn: String,
}

pub(super) async fn put_rule(
    call: Call,
    request: PutRuleRequest,
) -> Result<PutRuleResponse, AwsError> {
    bus_name::only_default(request.event_bus_name.as_deref())?;
    Pattern::parse(&request.event_pattern)?;
    let arn = call.arn("events", &format!("rule/{}", request.name));
    call.cloud.store.write(|tx| {
        let before = Rule::find(tx, &call.region, &request.name).ok();
        let rule = Rule {
            arn: arn.clone(),
            state: request.state.unwrap_or(RuleState::Enabled),
            event_pattern: request.event_pattern,
            description: request.description,
            targets: before.map(|rule| rule.targets).unwrap_or_default(),
        };
        rule.store(tx, &call.region, &request.name);
        Ok(PutRuleResponse { rule_arn: arn })
    })
}

/// The request of every operation that only names a rule.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RuleRequest {
    name: String,
    event_bus_name: Option<String>,
    force: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RuleResponse {
    name: String,
    arn: String,
    state: RuleState,
    event_bus_name: &'static str,
    event_pattern: String,
    description: Option<String>,
}

impl RuleResponse {
    fn of(name: String, rule: Rule) -> Self {
        Self {
            name,
            arn: rule.arn,
            state: rule.state,
            event_bus_name: BUS,
            event_pattern: rule.event_pattern,
            description: rule.description,
        }
    }
}

pub(super) async fn describe_rule(
    call: Call,
    request: RuleRequest,
) -> Result<RuleResponse, AwsError> {
    bus_name::only_default(request.event_bus_name.as_deref())?;
    let rule = call
        .cloud
        .store
        .read(|tx| Rule::find(tx, &call.region, &request.name))?;
    Ok(RuleResponse::of(request.name, rule))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListRulesRequest {
    name_prefix: Option<String>,
    event_bus_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRulesResponse {
    rules: Vec<RuleResponse>,
}

pub(super) async fn list_rules(
    call: Call,
    request: ListRulesRequest,
) -> Result<ListRulesResponse, AwsError> {
    bus_name::only_default(request.event_bus_name.as_deref())?;
    let prefix = request.name_prefix.unwrap_or_default();
    let rules = call.cloud.store.read(|tx| Rule::list(tx, &call.region));
    let rules = rules
        .into_iter()
        .filter(|(name, _)| name.starts_with(&prefix));
    Ok(ListRulesResponse {
        rules: rules
            .map(|(name, rule)| RuleResponse::of(name, rule))
            .collect(),
    })
}

pub(super) async fn enable_rule(call: Call, request: RuleRequest) -> Result<(), AwsError> {
    set_state(&call, &request, RuleState::Enabled)
}

pub(super) async fn disable_rule(call: Call, request: RuleRequest) -> Result<(), AwsError> {
    set_state(&call, &request, RuleState::Disabled)
}

fn set_state(call: &Call, request: &RuleRequest, state: RuleState) -> Result<(), AwsError> {
    bus_name::only_default(request.event_bus_name.as_deref())?;
    call.cloud.store.write(|tx| {
        let mut rule = Rule::find(tx, &call.region, &request.name)?;
        rule.state = state;
        rule.store(tx, &call.region, &request.name);
        Ok(())
    })
}

pub(super) async fn delete_rule(call: Call, request: RuleRequest) -> Result<(), AwsError> {
    bus_name::only_default(request.event_bus_name.as_deref())?;
    if request.force.unwrap_or(false) {
        return Err(AwsError::unsupported(
            "local-aws has no managed rules, so Force means nothing here",
        ));
    }
    call.cloud.store.write(|tx| {
        // Deleting what is not there succeeds, as on AWS.
        let targets = Rule::find(tx, &call.region, &request.name)
            .map(|rule| rule.targets)
            .unwrap_or_default();
        if !targets.is_empty() {
            return Err(AwsError::validation(
                "Rule can't be deleted since it has targets.",
            ));
        }
        Rule::delete(tx, &call.region, &request.name);
        Ok(())
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PutTargetsRequest {
    rule: String,
    event_bus_name: Option<String>,
    targets: Vec<Target>,
}

/// Nothing fails by itself: a target is refused with the whole request.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FailedEntries {
    failed_entry_count: u32,
    failed_entries: [(); 0],
}

const NONE_FAILED: FailedEntries = FailedEntries {
    failed_entry_count: 0,
    failed_entries: [],
};

pub(super) async fn put_targets(
    call: Call,
    request: PutTargetsRequest,
) -> Result<FailedEntries, AwsError> {
    bus_name::only_default(request.event_bus_name.as_deref())?;
    for target in &request.targets {
        targets::check(&call.cloud, &target.arn)?;
        if let Some(transformer) = &target.input_transformer {
            if target.input.is_some() {
                return Err(AwsError::validation(format!(
                    "Only one of Input, InputPath, or InputTransformer must be provided for target {}.",
                    target.id
                )));
            }
            transformer.check()?;
        }
    }
    call.cloud.store.write(|tx| {
        let mut rule = Rule::find(tx, &call.region, &request.rule)?;
        for target in request.targets {
            rule.targets.retain(|other| other.id != target.id);
            rule.targets.push(target);
        }
        if rule.targets.len() > MAX_TARGETS {
            return Err(AwsError::new(
                400,
                "LimitExceededException",
                "The requested resource exceeds the maximum number allowed.",
            ));
        }
        rule.store(tx, &call.region, &request.rule);
        Ok(NONE_FAILED)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RemoveTargetsRequest {
    rule: String,
    event_bus_name: Option<String>,
    ids: Vec<String>,
}

pub(super) async fn remove_targets(
    call: Call,
    request: RemoveTargetsRequest,
) -> Result<FailedEntries, AwsError> {
    bus_name::only_default(request.event_bus_name.as_deref())?;
    call.cloud.store.write(|tx| {
        let mut rule = Rule::find(tx, &call.region, &request.rule)?;
        rule.targets
            .retain(|target| !request.ids.contains(&target.id));
        rule.store(tx, &call.region, &request.rule);
        Ok(NONE_FAILED)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListTargetsByRuleRequest {
    rule: String,
    event_bus_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListTargetsByRuleResponse {
    targets: Vec<Target>,
}

pub(super) async fn list_targets_by_rule(
    call: Call,
    request: ListTargetsByRuleRequest,
) -> Result<ListTargetsByRuleResponse, AwsError> {
    bus_name::only_default(request.event_bus_name.as_deref())?;
    let rule = call
        .cloud
        .store
        .read(|tx| Rule::find(tx, &call.region, &request.rule))?;
    Ok(ListTargetsByRuleResponse {
        targets: rule.targets,
    })
}
