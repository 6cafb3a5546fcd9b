//! What an event came to.

use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename = "Reconciled")]
pub struct Outcome {
    pub resent: Vec<Resent>,
    /// Given up by a function, for a person to look at.
    pub stuck: Vec<String>,
    /// Executions of our pipeline that no run refers to.
    pub orphans: Vec<String>,
}

/// What was sent once more, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resent {
    pub function: String,
    pub reason: String,
}
