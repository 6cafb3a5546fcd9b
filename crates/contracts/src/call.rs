//! Functions that programs call, and what they answer to a direct Invoke.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum CallAnswer<R> {
    // First: a response may have no member that it needs.
    Refusal(CallRefusal),
    Response(R),
}

/// Instead of a response: the request is at fault, and sent again is refused again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRefusal {
    /// As in HTTP: 400, or 413 where the request is too large.
    pub status_code: u16,
    pub message: String,
}
