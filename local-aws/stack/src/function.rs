//! A SAM function: its configuration, its rules and schedules.

use local_core::wire::apis;
use std::collections::BTreeSet;

use anyhow::bail;
use sam::{AuthType, EventRule, RetryPolicy, Trigger};
use serde_json::{Value, json};

use super::call::Context;
use super::resource::{Change, Made};
use super::row::Row;
use local_core::ACCOUNT;
use local_lambda::{self as lambda, Function, FunctionUrl};
use local_messages::events::{DeadLetterConfig, Target};
use local_messages::scheduler::{self, Schedule, Source};

pub(super) const TYPE: &str = "AWS::Serverless::Function";

/// The attribute under which a row lists its rules and schedules.
const WOKEN_BY: &str = "local-aws.woken-by";

pub(super) async fn deploy(context: &Context, change: &Change) -> anyhow::Result<Made> {
    let read = change.resource.function()?;
    let cloud = &context.cloud;
    let region = &context.pseudo.region;
    let name = read
        .function_name
        .clone()
        .unwrap_or_else(|| context.default_name(&read.logical_id));
    let arn = lambda::arn_of(cloud, region, &name);
    let role = format!("{}-{}Role", context.pseudo.stack_name, read.logical_id);
    let role_arn = read
        .role
        .clone()
        .unwrap_or_else(|| format!("arn:aws:iam::{ACCOUNT}:role/{role}"));
    let url = match read.function_url_config.as_ref().map(|url| url.auth_type) {
        None => None,
        Some(AuthType::AwsIam) => Some(FunctionUrl {
            created_at: created_at(context, &name),
        }),
        Some(AuthType::None) => bail!("local-aws serves function URLs with AuthType AWS_IAM only"),
    };
    let function = Function {
        name: name.clone(),
        region: region.clone(),
        package: read.package().to_owned(),
        handler: read.handler.clone(),
        runtime: read.runtime.clone(),
        architectures: read.architectures.clone(),
        role: role_arn.clone(),
        timeout_seconds: read.timeout_seconds,
        memory_mb: read.memory_mb,
        environment: read.environment.clone(),
        maximum_retry_attempts: read.event_invoke_config.maximum_retry_attempts,
        maximum_event_age_seconds: read.event_invoke_config.maximum_event_age_seconds,
        on_failure: read.event_invoke_config.on_failure.clone(),
        dead_letter_queue: read.event_invoke_config.dead_letter_queue.clone(),
        reserved_concurrent_executions: read.reserved_concurrent_executions,
        url,
    };
    warn_without_binary(context, &function);
    cloud
        .store
        .write(|tx| lambda::deploy_function(cloud, tx, function))?;

    let mut woken_by = BTreeSet::new();
    for event in &read.events {
        let id = format!("{}{}", read.logical_id, event.name);
        match &event.trigger {
            Trigger::EventBridgeRule(rule) => {
                let rule_name = rule
                    .rule_name
                    .clone()
                    .unwrap_or_else(|| context.default_name(&id));
                put_rule(context, &rule_name, rule, &arn, &id).await?;
                woken_by.insert(rule_name);
            }
            Trigger::Schedule(schedule) | Trigger::ScheduleV2(schedule) => {
                let name = schedule
                    .name
                    .clone()
                    .unwrap_or_else(|| context.default_name(&id));
                let is_rule = matches!(event.trigger, Trigger::Schedule(_));
                if schedule.is_enabled() {
                    let target = target(
                        &id,
                        &arn,
                        schedule.input.as_ref(),
                        &schedule.retry_policy,
                        schedule.dead_letter_config.as_ref(),
                    );
                    put_schedule(
                        context,
                        Schedule {
                            name: name.clone(),
                            region: region.clone(),
                            source: if is_rule {
                                Source::Rule
                            } else {
                                Source::Scheduler
                            },
                            expression: schedule.schedule_expression.clone(),
                            target,
                        },
                    )?;
                    woken_by.insert(name);
                }
            }
        }
    }
    if let Some(before) = &change.before {
        let stale: Vec<String> = rules_of(before)
            .into_iter()
            .filter(|name| !woken_by.contains(name))
            .collect();
        stop_waking(context, &stale);
    }
    Ok(Made::new(
        name.clone(),
        [
            ("Arn", json!(arn)),
            ("Role", json!(role)),
            ("Role.Arn", json!(role_arn)),
            ("Url.FunctionUrl", json!(lambda::function_url(cloud, &name))),
            ("Url.FunctionArn", json!(arn)),
            (WOKEN_BY, json!(woken_by)),
        ],
    ))
}

/// A changed template ends what the function no longer is.
pub(super) fn remove(context: &Context, row: &Row) {
    stop_waking(context, &rules_of(row));
    let done: Result<(), std::convert::Infallible> = context.cloud.store.write(|tx| {
        lambda::remove_function(tx, &context.pseudo.region, &row.physical_id);
        Ok(())
    });
    let Ok(()) = done;
}

fn rules_of(row: &Row) -> Vec<String> {
    let names = row
        .attributes
        .get(WOKEN_BY)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn stop_waking(context: &Context, names: &[String]) {
    let done: Result<(), std::convert::Infallible> = context.cloud.store.write(|tx| {
        for name in names {
            local_messages::events::Rule::delete(tx, &context.pseudo.region, name);
            scheduler::remove(tx, &context.pseudo.region, name);
        }
        Ok(())
    });
    let Ok(()) = done;
}

async fn put_rule(
    context: &Context,
    name: &str,
    rule: &EventRule,
    function_arn: &str,
    id: &str,
) -> anyhow::Result<()> {
    if rule.input_path.is_some() {
        bail!(
            "local-aws does not honour InputPath of rule {name}: give the event whole, or a constant Input"
        );
    }
    let mut request = json!({
        "Name": name,
        "EventPattern": rule.pattern.to_string(),
        "State": if rule.is_enabled() { "ENABLED" } else { "DISABLED" },
    });
    if let Some(bus) = &rule.event_bus_name {
        request["EventBusName"] = json!(bus);
    }
    context.call(apis::EVENTBRIDGE, "PutRule", request).await?;
    let id = rule.target.as_ref().map_or(id, |target| target.id.as_str());
    let target = target(
        id,
        function_arn,
        rule.input.as_ref(),
        &rule.retry_policy,
        rule.dead_letter_config.as_ref(),
    );
    context
        .call(
            apis::EVENTBRIDGE,
            "PutTargets",
            json!({ "Rule": name, "Targets": [target] }),
        )
        .await?;
    Ok(())
}

fn put_schedule(context: &Context, schedule: Schedule) -> anyhow::Result<()> {
    Ok(context
        .cloud
        .store
        .write(|tx| scheduler::put(&context.cloud, tx, schedule))?)
}

fn target(
    id: &str,
    arn: &str,
    input: Option<&String>,
    retry: &RetryPolicy,
    dead_letters: Option<&sam::DeadLetterConfig>,
) -> Target {
    let asks = *retry != RetryPolicy::default();
    Target {
        id: id.to_owned(),
        arn: arn.to_owned(),
        input: input.cloned(),
        role_arn: None,
        dead_letter_config: dead_letters.map(|config| DeadLetterConfig {
            arn: config.arn.clone(),
        }),
        retry_policy: asks.then_some(local_messages::events::RetryPolicy {
            maximum_retry_attempts: retry.maximum_retry_attempts,
            maximum_event_age_in_seconds: retry.maximum_event_age_in_seconds,
        }),
    }
}

/// A function URL keeps its date, or every start would change the function.
fn created_at(context: &Context, name: &str) -> time::OffsetDateTime {
    let before = context
        .cloud
        .store
        .read(|tx| lambda::url_of(tx, &context.pseudo.region, name));
    before.map_or_else(|| context.cloud.world.now(), |url| url.created_at)
}

fn warn_without_binary(context: &Context, function: &Function) {
    let Some(folder) = &context.cloud.settings.functions_dir else {
        return;
    };
    let binary = folder.join(&function.package);
    if !binary.is_file() {
        tracing::warn!(function.name, binary = %binary.display(), "the function is deployed without its binary: build it");
    }
}
