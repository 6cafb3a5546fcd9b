//! Why a query failed.

use serde::{Deserialize, Serialize};

/// Athena's `AthenaError`: the engine answers one, too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    pub message: String,
    /// 1 for the system, 2 for the user, 3 for others.
    pub category: u8,
    #[serde(rename = "type")]
    pub kind: u16,
    pub retryable: bool,
}

impl Failure {
    /// Of local-aws, not of the statement.
    pub fn system(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            category: 1,
            kind: 0,
            retryable: true,
        }
    }

    pub fn user(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            category: 2,
            kind: 1,
            retryable: false,
        }
    }
}
