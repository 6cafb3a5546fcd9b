//! What an event came to.

use rollout::End;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    /// The stack has no rollout: what passes the gate is approved at once.
    Off,
    /// No version is live that another one could be compared with.
    NoChampion,
    /// No version waits for a comparison.
    Idle,
    Comparing {
        challenger: i32,
        champion: i32,
        reason: String,
    },
    /// The comparison ended in this invocation, and no other version waits for one.
    Ended {
        challenger: i32,
        champion: i32,
        end: End,
        reason: String,
    },
}
