//! What an event came to.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    /// Nothing was asked of the endpoint, or it is not there (yet, or any more).
    NothingAsked,
    InProgress {
        status: String,
    },
    Confirmed {
        version: i32,
        endpoint_config: String,
    },
    Withdrawn {
        version: i32,
        reason: String,
    },
    /// Nothing more is done for now, for the reason given; what is live stays.
    Stuck {
        version: i32,
        reason: String,
    },
}
