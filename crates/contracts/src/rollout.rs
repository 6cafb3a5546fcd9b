//! The rows that champion and challenger are compared on: the audit's labels, which neither was trained on.

use serde::{Deserialize, Serialize};

use crate::dataset::Context;

/// A line of `rollouts/<id>/rows/<batch>.jsonl`, which `classifier compare` reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelledRow {
    pub text_hash: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
    pub label: String,
    /// As in the [`Label`](crate::review::Label).
    pub inclusion_probability: f64,
}

/// A line of `rollouts/<id>/scores/<batch>/scores.jsonl`, which it writes: the same row, without its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoredRow {
    pub text_hash: String,
    pub label: String,
    pub inclusion_probability: f64,
    /// What each model says of the text.
    pub champion: String,
    pub challenger: String,
}
