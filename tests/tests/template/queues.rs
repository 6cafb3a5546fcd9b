//! Nothing is lost without a trace: a failed delivery and a failed handler each have a queue.

use sam::Trigger;

use super::{short_name, stack};

#[test]
fn every_function_is_tried_three_times_and_then_queued() {
    for function in stack().functions {
        let name = short_name(&function).to_owned();
        let config = function.event_invoke_config;
        assert_eq!(config.maximum_retry_attempts, 2, "{name}");
        // One letter of a failure. Only CloudFormation's request names the function that it was for.
        let queue = Some("FailedInvocations.Arn".to_owned());
        let letters = (config.on_failure, config.dead_letter_queue);
        let is_named = name == "provision-stack";
        let one = if is_named {
            (None, queue)
        } else {
            (queue, None)
        };
        assert_eq!(letters, one, "{name}");
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
