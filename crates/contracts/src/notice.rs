//! `state/told/<subject>.json`: what a person was told of and what still is so.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Written by reconcile alone, and removed when the matter is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What happened, and the commands that answer it.
    pub notice: String,
    /// When it was first told, and last.
    #[serde(with = "time::serde::rfc3339")]
    pub first_told_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub told_at: OffsetDateTime,
}

/// Where the rule of the template finds an outcome's notice in Lambda's record of the invocation.
pub const NOTICE_PATH: &str = "$.detail.responsePayload.notice";
