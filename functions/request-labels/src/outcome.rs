//! What an event came to.

use contracts::request::ChosenBy;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    #[serde(flatten)]
    pub file: File,
    /// Questions of this file and of earlier ones.
    #[serde(flatten)]
    pub questions: Questions,
}

/// What became of the file that the event names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum File {
    NotOurs,
    FolderMarker,
    /// The columns of an upload, which is told of by itself.
    Schema,
    /// Deleted since the event.
    Gone,
    /// The event came again.
    KnownBefore,
    Chosen {
        texts: usize,
        eligible: u64,
        chosen_by: ChosenBy,
    },
    Rejected {
        reason: String,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Questions {
    pub asked: usize,
    /// Asked when the day's cap has room again.
    pub left: usize,
}
