//! What a request or an event came to.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    Started {
        study: String,
    },
    /// The same study was started before.
    Found {
        study: String,
    },
    /// Nothing is due.
    Idle,
    /// Nothing was started, and nothing of it is left.
    Refused {
        reason: String,
    },
}
