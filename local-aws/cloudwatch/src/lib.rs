//! CloudWatch: what is measured, and alarms on it. The metrics themselves are in `local_core::metrics`, where every
//! service records them.
//!
//! The services make the metrics; the template and callers make the alarms. Each minute every alarm is evaluated; a change of
//! its state is an event, and its actions are sent to the SNS topics that they name.

mod alarm;
mod change;
mod controller;
mod datapoints;
mod operations;
mod rules;
mod semantics;

#[cfg(test)]
mod tests;

use local_core::part::Part;
use local_core::wire::apis;

pub use alarm::{
    Alarm, ComparisonOperator, Dimension, MissingData, State, Statistic, put_alarm,
    put_policys_alarm, remove_alarm, state_of,
};
pub use controller::evaluate;

pub fn part() -> Part {
    Part {
        operations: vec![(apis::CLOUDWATCH, operations::operations())],
        permissions: operations::PERMISSIONS,
        constraints: operations::CONSTRAINTS.to_vec(),
        semantics: semantics::NOTES,
        controllers: vec![controller::CONTROLLER],
        ..Part::default()
    }
}
