//! What an event came to.

use contracts::tuning::TuningVerdict;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    /// No study is under way.
    Idle,
    Searching {
        study: String,
    },
    Repeating {
        study: String,
        /// Trainings that have ended, and all of them.
        ended: usize,
        of: usize,
    },
    Ended {
        study: String,
        verdict: TuningVerdict,
        adopted: bool,
    },
    Failed {
        study: String,
        reason: String,
    },
}
