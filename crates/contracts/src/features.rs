//! `datasets/<name>/features/`: what export-features made of the feature group.

use serde::{Deserialize, Serialize};

/// The names of the group's features. A row is a record, named by its review.
pub const ROW_HASH: &str = "row_hash";
pub const EVENT_TIME: &str = "event_time";
pub const REVIEW_BODY: &str = "review_body";
pub const SENTIMENT: &str = "sentiment";
pub const LABEL_ID: &str = "label_id";
pub const SPLIT_TYPE: &str = "split_type";
pub const CATEGORY: &str = "category";
/// The version in which the row became as it is.
pub const DATASET_VERSION: &str = "dataset_version";

/// `export.json`: the group has this version's rows, but for those that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    pub version: u32,
    /// The processing job that prepared them.
    pub job: String,
    pub rows: u64,
    /// By the last export.
    pub written: u64,
    pub deleted: u64,
    pub failed: u64,
}

/// `claim.json`: the version whose rows the group is getting, or has. An export of an older one stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub version: u32,
    /// As in [`Export`].
    pub job: String,
}

/// A line of `failed.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedRow {
    pub row_hash: String,
    /// Feature Store's code and message.
    pub reason: String,
}
