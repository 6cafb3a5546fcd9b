//! EventBridge: rules on the default bus, and the bus that delivers the outbox.
//!
//! A state change and its events are one transaction (the outbox). The bus takes an event out in
//! the transaction that hands it to every target, so each commit is delivered exactly once to each
//! rule that matches at that moment, unless `Settings::unordered_delivery` asks for what EventBridge
//! may do. A delivery that fails and may succeed later is tried again as the target's retry policy
//! says; one that cannot succeed (the target is not there) goes to the dead-letter queue at once.

mod api;
mod bus_name;
mod constraints;
mod delivery;
mod disorder;
mod dispatch;
mod parsed_patterns;
mod pattern;
mod permissions;
mod put_events;
mod rule;
mod transformer;

use local_core::driver::Controller;
use local_core::operation;
use local_core::part::Part;
use local_core::store::OUTBOX;
use local_core::wire::{Operation, apis};

pub use delivery::Delivery;
pub use rule::{DeadLetterConfig, RetryPolicy, Rule, Target};
pub use transformer::InputTransformer;

/// An entry of 1 MiB, whose detail is escaped as a text in JSON, and the entries beside it.
const MOST_BYTES: usize = 4 * 1024 * 1024;

pub fn part() -> Part {
    Part {
        operations: vec![(apis::EVENTBRIDGE, operations())],
        semantics: crate::semantics::NOTES,
        permissions: permissions::ALL,
        constraints: vec![constraints::ALL],
        controllers: vec![BUS_CONTROLLER],
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("PutRule", api::put_rule),
        operation!("DescribeRule", api::describe_rule),
        operation!("ListRules", api::list_rules),
        operation!("EnableRule", api::enable_rule),
        operation!("DisableRule", api::disable_rule),
        operation!("DeleteRule", api::delete_rule),
        operation!("PutTargets", api::put_targets),
        operation!("RemoveTargets", api::remove_targets),
        operation!("ListTargetsByRule", api::list_targets_by_rule),
        operation!("PutEvents", put_events::put_events).takes(MOST_BYTES),
        operation!("TestEventPattern", put_events::test_event_pattern),
    ]
}

/// Delivers batch by batch: each batch that it takes out makes it look again.
const BUS_CONTROLLER: Controller = Controller {
    name: "events",
    wakes_on: &[OUTBOX, delivery::WAITING.kind()],
    look: dispatch::look,
};
