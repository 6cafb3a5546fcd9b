//! What an event came to.

use contracts::dataset::Received;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    FolderMarker,
    /// The columns of an upload, which is told of by itself.
    Schema,
    /// It is request-labels' to read.
    Unlabelled,
    /// Deleted since the event.
    Gone,
    /// A processing job takes it in; its end wakes the function again.
    Processing {
        job: String,
    },
    /// A record of a notification that cannot be read.
    NamesNoObject {
        reason: String,
    },
    /// One outcome for each record of a notification.
    Records {
        outcomes: Vec<Outcome>,
    },
    /// A person's `release` that cannot be followed.
    Refused {
        reason: String,
    },
    #[serde(untagged)]
    Received(Received),
}
