//! What an event came to.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    Running {
        version: u32,
        attempt: u32,
        execution_arn: String,
    },
    Idle,
    /// The dataset version waits for the next day, or for a person to release it.
    EnoughToday {
        version: u32,
        runs: u32,
    },
    Stuck {
        version: u32,
        reason: String,
    },
    /// A person's `start` that cannot be followed now.
    Refused {
        reason: String,
    },
}
