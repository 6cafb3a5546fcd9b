//! The rules and schedules that invoke a function.

use std::collections::BTreeMap;

use anyhow::bail;
use local_core::wire::apis;
use sam::{EventRule, RetryPolicy, Trigger};
use serde_json::json;

use crate::call::Context;
use crate::change::named;
use crate::iam;
use crate::row::Generated;
use crate::rule::put_targets;
use local_messages::events::{self, DeadLetterConfig, Rule, Target};
use local_messages::scheduler::{self, Schedule, Source};

const RULE: &str = "AWS::Events::Rule";
const SCHEDULE: &str = "AWS::Scheduler::Schedule";

/// Puts the rule or the schedule of each event of the function, and tells each by the event's name.
pub async fn put(
    context: &Context,
    function: &sam::Function,
    function_arn: &str,
    generated: &mut BTreeMap<String, Generated>,
) -> anyhow::Result<()> {
    for event in &function.events {
        let id = id(function, event);
        let Some(made) = of_event(context, event, &id) else {
            continue;
        };
        match &event.trigger {
            Trigger::EventBridgeRule(rule) => {
                let names = (id.as_str(), made.physical_id.as_str());
                put_rule(context, rule, function_arn, names).await?;
            }
            Trigger::Schedule(schedule) => {
                let target = target(schedule, &id, function_arn);
                put_schedule(context, schedule, Source::Rule, target, &made.physical_id)?;
            }
            Trigger::ScheduleV2(schedule) => {
                let role = schedule_role(&id, context);
                let mut target = target(schedule, &id, function_arn);
                target.role_arn = Some(iam::put_schedule_role(context, &role, &target)?);
                put_schedule(
                    context,
                    schedule,
                    Source::Scheduler,
                    target,
                    &made.physical_id,
                )?;
                generated.insert(format!("{}Role", event.name), role);
            }
        }
        generated.insert(event.name.clone(), made);
    }
    Ok(())
}

/// What [`put`] makes of the function, whether it has or not.
pub fn planned(context: &Context, function: &sam::Function) -> Vec<Generated> {
    let events = function.events.iter();
    let made = events.flat_map(|event| {
        let id = id(function, event);
        let is_v2 = matches!(event.trigger, Trigger::ScheduleV2(_));
        let role = is_v2.then(|| schedule_role(&id, context));
        of_event(context, event, &id).into_iter().chain(role)
    });
    made.collect()
}

/// The role that SAM generates for a schedule of EventBridge Scheduler.
fn schedule_role(id: &str, context: &Context) -> Generated {
    iam::generated_role(context.default_name(&format!("{id}Role")))
}

/// The logical id that SAM gives it.
fn id(function: &sam::Function, event: &sam::EventSource) -> String {
    format!("{}{}", function.logical_id, event.name)
}

/// The rule or the schedule of an event; none where a schedule is disabled.
fn of_event(context: &Context, event: &sam::EventSource, id: &str) -> Option<Generated> {
    let (resource_type, given) = match &event.trigger {
        Trigger::EventBridgeRule(rule) => (RULE, &rule.rule_name),
        Trigger::Schedule(schedule) if schedule.is_enabled() => (RULE, &schedule.name),
        Trigger::ScheduleV2(schedule) if schedule.is_enabled() => (SCHEDULE, &schedule.name),
        Trigger::Schedule(_) | Trigger::ScheduleV2(_) => return None,
    };
    let name = given.clone().unwrap_or_else(|| context.default_name(id));
    let arn = if resource_type == RULE {
        context.arn("events", &format!("rule/{name}"))
    } else {
        context.arn("scheduler", &format!("schedule/default/{name}"))
    };
    Some(Generated {
        resource_type: resource_type.to_owned(),
        physical_id: name,
        attributes: named([("Arn", json!(arn))]),
    })
}

/// Removes those of the generated resources that are rules and schedules.
pub fn remove(context: &Context, generated: &[&Generated]) {
    let region = &context.pseudo.region;
    let is_trigger = |each: &&&Generated| [RULE, SCHEDULE].contains(&each.resource_type.as_str());
    context.cloud.store.update(|tx| {
        for trigger in generated.iter().filter(is_trigger) {
            Rule::delete(tx, region, &trigger.physical_id);
            scheduler::remove(tx, region, &trigger.physical_id);
        }
    });
}

async fn put_rule(
    context: &Context,
    rule: &EventRule,
    function_arn: &str,
    (id, name): (&str, &str),
) -> anyhow::Result<()> {
    if rule.input_path.is_some() {
        bail!(
            "local-aws does not honour InputPath of rule {name}: give the event whole, or a constant Input"
        );
    }
    let mut members = json!({
        "Name": name,
        "EventPattern": rule.pattern.to_string(),
        "State": if rule.is_enabled() { "ENABLED" } else { "DISABLED" },
    });
    if let Some(bus) = &rule.event_bus_name {
        members["EventBusName"] = json!(bus);
    }
    let (store, region) = (&context.cloud.store, &context.pseudo.region);
    let is_new = store.read(|tx| Rule::find(tx, region, name)).is_err();
    context.call(apis::EVENTBRIDGE, "PutRule", members).await?;
    let target = Target {
        id: rule
            .target
            .as_ref()
            .map_or(id, |target| target.id.as_str())
            .to_owned(),
        arn: function_arn.to_owned(),
        input: rule.input.clone(),
        input_transformer: None,
        role_arn: None,
        dead_letter_config: dead_letters(rule.dead_letter_config.as_ref()),
        retry_policy: retry_policy(&rule.retry_policy),
    };
    put_targets(context, name, &[target], is_new).await
}

fn put_schedule(
    context: &Context,
    schedule: &sam::Schedule,
    source: Source,
    target: Target,
    name: &str,
) -> anyhow::Result<()> {
    let schedule = Schedule {
        name: name.to_owned(),
        region: context.pseudo.region.clone(),
        source,
        expression: schedule.schedule_expression.clone(),
        target,
    };
    let store = &context.cloud.store;
    Ok(store.write(|tx| scheduler::put(&context.cloud, tx, schedule))?)
}

fn target(schedule: &sam::Schedule, id: &str, function_arn: &str) -> Target {
    Target {
        id: id.to_owned(),
        arn: function_arn.to_owned(),
        input: schedule.input.clone(),
        input_transformer: None,
        role_arn: None,
        dead_letter_config: dead_letters(schedule.dead_letter_config.as_ref()),
        retry_policy: retry_policy(&schedule.retry_policy),
    }
}

fn dead_letters(config: Option<&sam::DeadLetterConfig>) -> Option<DeadLetterConfig> {
    config.map(|config| DeadLetterConfig {
        arn: config.arn.clone(),
    })
}

fn retry_policy(policy: &RetryPolicy) -> Option<events::RetryPolicy> {
    (*policy != RetryPolicy::default()).then_some(events::RetryPolicy {
        maximum_retry_attempts: policy.maximum_retry_attempts,
        maximum_event_age_in_seconds: policy.maximum_event_age_in_seconds,
    })
}
