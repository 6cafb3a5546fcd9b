//! `state/told/<subject>.json`: what a person was told of and what still is so.

use serde::{Deserialize, Serialize};

/// Written by reconcile alone, and removed when the matter is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What happened, and the commands that answer it.
    pub notice: String,
    /// When it was first told, and last: RFC 3339, UTC.
    pub first_told_at: String,
    pub told_at: String,
}

/// Where the rule of the template finds an outcome's notice in Lambda's record of the invocation.
pub const NOTICE_PATH: &str = "$.detail.responsePayload.notice";
