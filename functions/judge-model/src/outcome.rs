//! What an event came to.

use contracts::verdict::Decision;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    /// A person or an earlier judgement has decided.
    AlreadyDecided {
        status: String,
    },
    Judged {
        decision: Decision,
        verdict_uri: String,
    },
}
