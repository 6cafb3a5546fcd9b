//! What an event came to.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    StillOpen,
    Labelled {
        text_hash: String,
        label: String,
    },
    AlreadyLabelled {
        text_hash: String,
    },
    AskedAgain {
        human_loop: String,
    },
    /// Reviewers disagree, and there is nobody else to ask; the reconciler sends this again.
    Disputed,
    /// The loop was stopped: no reviewer is asked about this text any more.
    Stopped,
    /// There is no such loop yet; it is started again after a while.
    NotYetStarted,
    /// The day's cap is reached; the reconciler sends this again tomorrow.
    EnoughToday,
    /// No text waits for this loop: a newer one asks about it, or another invocation has just asked.
    Superseded,
    Stuck {
        reason: String,
    },
}
