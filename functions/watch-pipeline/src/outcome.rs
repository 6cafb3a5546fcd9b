//! What an event came to.

use contracts::run::Failure;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    NotFailed { status: String },
    Retried { retry: u32, failure: Failure },
    Explained { failure: Failure },
}
