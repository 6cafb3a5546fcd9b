//! What an event came to.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    /// Deleted since the event.
    Gone,
    /// The event came again.
    Known {
        version: u32,
    },
    /// What one Lambda cannot do in its time and on its disk.
    TooLarge {
        version: u32,
        reason: String,
    },
    Explored {
        version: u32,
        rows: u64,
    },
}
