//! EventBridge: rules on the default bus, and the bus that delivers the outbox.
//!
//! A state change and its events are one transaction (the outbox). The bus takes an event out in
//! the transaction that hands it to every target, so each commit is delivered exactly once to each
//! rule that matches at that moment. A delivery here either succeeds or can never succeed (the
//! target is not there): what EventBridge retries for a day does not occur, and what it gives up
//! at once goes to the rule's dead-letter queue as it does there.

mod api;
mod delivery;
mod dispatch;
mod pattern;
mod put_events;
mod rule;

use local_core::Cloud;
use local_core::driver::{Controller, Look};
use local_core::journal::Delivery;
use local_core::operation;
use local_core::part::Part;
use local_core::store::{OUTBOX, Tx};
use local_core::wire::{Operation, apis};

pub use rule::{DeadLetterConfig, RetryPolicy, Rule, Target};

/// The default event bus; local-aws has no other.
pub const BUS: &str = "default";

pub fn part() -> Part {
    Part {
        operations: vec![(apis::EVENTBRIDGE, operations())],
        semantics: crate::semantics::NOTES,
        controllers: vec![BUS_CONTROLLER],
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("PutRule", "stack, boto3", api::put_rule),
        operation!("DescribeRule", "boto3", api::describe_rule),
        operation!("ListRules", "boto3", api::list_rules),
        operation!("EnableRule", "boto3", api::enable_rule),
        operation!("DisableRule", "boto3", api::disable_rule),
        operation!("DeleteRule", "boto3", api::delete_rule),
        operation!("PutTargets", "stack, boto3", api::put_targets),
        operation!("RemoveTargets", "boto3", api::remove_targets),
        operation!("ListTargetsByRule", "boto3", api::list_targets_by_rule),
        operation!("PutEvents", "boto3", put_events::put_events),
        operation!(
            "TestEventPattern",
            "boto3, the template's tests",
            put_events::test_event_pattern
        ),
    ]
}

/// Delivers the outbox, batch by batch: each batch that it takes out makes it look again.
const BUS_CONTROLLER: Controller = Controller {
    name: "events",
    wakes_on: &[OUTBOX],
    look: |cloud, _| {
        dispatch::step(cloud);
        Look::default()
    },
};

/// Hands a schedule's event to its target; what received it.
pub fn deliver_scheduled(
    cloud: &Cloud,
    tx: &Tx,
    rule_arn: &str,
    target: &Target,
    event: &str,
) -> Option<String> {
    let parcel = delivery::Parcel {
        rule_arn,
        time: cloud.world.now(),
        event,
    };
    delivery::deliver(cloud, tx, target, &parcel)
}

/// Tells whoever listens that an event reached a function.
pub fn note(cloud: &Cloud, source: &str, detail_type: &str, function: String) {
    cloud.journal.push(&Delivery {
        time: cloud.world.now(),
        source: source.to_owned(),
        detail_type: detail_type.to_owned(),
        function,
    });
}
