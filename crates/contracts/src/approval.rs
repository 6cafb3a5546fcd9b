//! What people decided about a model version that waited for them.

use serde::{Deserialize, Serialize};

use crate::moment::Moment;

/// `state/approvals/<version>.json`: changed by compare-and-set alone, by `policy::approval`'s rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approvals {
    /// The oldest first.
    pub votes: Vec<Vote>,
    /// The last decision that votes made. It is in the registry, or will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub choice: Choice,
    pub at: Moment,
    /// For the registry: who decided, and why.
    pub description: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// `policy::naming::worker`: tells two people apart.
    pub approver: String,
    /// In the stack's user pool: the e-mail address that was invited.
    pub username: String,
    pub choice: Choice,
    pub reason: String,
    pub at: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    Approve,
    Reject,
}

/// What the decision's form sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionAnswer {
    pub decision: Chosen,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    pub label: Choice,
}
