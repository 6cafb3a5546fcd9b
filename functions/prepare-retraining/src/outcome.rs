//! What an event came to.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    TooFewLabels {
        found: usize,
        needed: usize,
    },
    EnoughToday {
        made: usize,
    },
    /// register-dataset has not received an earlier file of labels yet.
    AwaitingRegistration {
        key: String,
    },
    /// The same labels were rejected, as the file's receipt says; other labels or another dataset
    /// version make another file.
    RejectedBefore {
        key: String,
    },
    Prepared {
        key: String,
        labels: usize,
    },
}
