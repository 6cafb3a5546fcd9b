//! SQS, SNS, EventBridge and EventBridge Scheduler.

pub mod events;
pub mod scheduler;
pub mod sns;
pub mod sqs;

mod semantics;
#[cfg(test)]
mod testing;

use local_core::part::Part;

pub fn parts() -> Vec<Part> {
    vec![sqs::part(), sns::part(), events::part(), scheduler::part()]
}
