//! Nothing is lost without a trace: a failed delivery and a failed handler each have a queue.

use sam::Trigger;

use super::{short_name, stack};

#[test]
fn every_function_is_tried_three_times_and_then_queued() {
    for function in stack().functions {
        let name = short_name(&function).to_owned();
        let config = function.event_invoke_config;
        assert_eq!(config.maximum_retry_attempts, 2, "{name}");
        let queue = Some("FailedInvocations.Arn");
        assert_eq!(config.on_failure.as_deref(), queue, "{name}");
        // A second letter of one failure would be sent again, too. Redrive sends none of CloudFormation's requests,
        // nobody invokes the pages asynchronously, one look more of reconcile's, shift-traffic's or watch-tuning's
        // changes nothing, tune-model begins no study twice, and request-labels asks nothing twice.
        let harmless = [
            "decide-model",
            "provision-stack",
            "reconcile",
            "request-labels",
            "review-portal",
            "shift-traffic",
            "tune-model",
            "watch-tuning",
        ];
        let second = queue.filter(|_| harmless.contains(&name.as_str()));
        assert_eq!(config.dead_letter_queue.as_deref(), second, "{name}");
    }
}

#[test]
fn every_rule_and_schedule_has_a_bound_and_a_queue() {
    for function in stack().functions {
        for event in &function.events {
            let (retry, queue) = match &event.trigger {
                Trigger::EventBridgeRule(rule) => (&rule.retry_policy, &rule.dead_letter_config),
                Trigger::Schedule(schedule) | Trigger::ScheduleV2(schedule) => {
                    (&schedule.retry_policy, &schedule.dead_letter_config)
                }
            };
            let name = format!("{}: {}", short_name(&function), event.name);
            assert!(retry.maximum_retry_attempts.is_some(), "{name}");
            assert!(retry.maximum_event_age_in_seconds.is_some(), "{name}");
            let queue = queue
                .as_ref()
                .unwrap_or_else(|| panic!("{name} has no queue"));
            assert_eq!(queue.arn, "UndeliveredEvents.Arn", "{name}");
        }
    }
}
