//! Application Auto Scaling: the instances of an endpoint's variant follow its load.
//!
//! `decision` is the rule, over a series of minutes; `controller` evaluates it each minute, changes the count as
//! `UpdateEndpointWeightsAndCapacities` does, and keeps an activity of what it did. A policy's two alarms are
//! CloudWatch's, there to be seen: they have the rule's own thresholds and periods.

mod activity;
mod alarms;
mod controller;
mod decision;
mod load;
mod metric;
mod operations;
mod resource;
mod schedule;
mod semantics;
mod target;

use local_core::part::Part;
use local_core::wire::apis;
use local_core::wire::constraints::Constraints;

pub use controller::evaluate;

pub fn part() -> Part {
    Part {
        operations: vec![(apis::APPLICATION_AUTO_SCALING, operations::operations())],
        permissions: operations::PERMISSIONS,
        constraints: vec![Constraints {
            code: "ValidationException",
            table: operations::CONSTRAINTS.into(),
        }],
        semantics: semantics::NOTES,
        controllers: vec![controller::CONTROLLER],
        measure: Some(load::measure),
        ..Part::default()
    }
}
