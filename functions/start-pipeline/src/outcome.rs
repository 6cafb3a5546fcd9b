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
    Stuck {
        version: u32,
        reason: String,
    },
    /// A person's `start` that cannot be followed now.
    Refused {
        reason: String,
    },
}
