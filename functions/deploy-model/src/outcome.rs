//! What an event came to.

use serde::Serialize;

/// `version` is the one that is to be live, beside which a challenger may stand. Of what was refused or is stuck it is the one that
/// comes, which may be the challenger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NothingApproved,
    PinNotApproved {
        version: i32,
    },
    Creating {
        version: i32,
        endpoint_config: String,
    },
    Updating {
        version: i32,
        endpoint_config: String,
    },
    /// A failed endpoint is gone soon; it is created anew after that.
    Deleting {
        version: i32,
    },
    /// The endpoint is busy; its next event wakes us.
    Waiting {
        version: i32,
        endpoint_config: String,
    },
    Live {
        version: i32,
        endpoint_config: String,
    },
    /// SageMaker refused the call, which says nothing about the version.
    Refused {
        version: i32,
        reason: String,
    },
    /// Nothing more is done for now, for the reason given; what is live stays.
    Stuck {
        version: i32,
        reason: String,
    },
    /// watch-endpoint must withdraw the version first.
    AwaitingWithdrawal {
        version: i32,
        reason: String,
    },
}
