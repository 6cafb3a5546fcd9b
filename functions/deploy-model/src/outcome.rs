//! What an event came to.

use loop_state::deployments::Plan;
use serde::Serialize;

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
    /// The endpoint is busy; its next event wakes us. This version is to be live with the config.
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

impl Outcome {
    pub(crate) fn waiting(plan: &Plan) -> Self {
        Self::Waiting {
            version: plan.package.version,
            endpoint_config: plan.config.clone(),
        }
    }
}
