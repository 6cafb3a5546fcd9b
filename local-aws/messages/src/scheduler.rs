//! Schedules: rules with a rate, and EventBridge Scheduler's, both from the template.

mod rate;
mod schedule;

use local_core::part::Part;
use local_core::wire::apis;

pub use rate::rate;
pub use schedule::{Schedule, Source, put, remove};

/// No operations: the template is the only caller, and it has no need of the wire.
pub fn part() -> Part {
    Part {
        operations: vec![(apis::EVENTBRIDGE_SCHEDULER, Vec::new())],
        controllers: vec![schedule::CONTROLLER],
        recover: Some(schedule::say_rate),
        ..Part::default()
    }
}
