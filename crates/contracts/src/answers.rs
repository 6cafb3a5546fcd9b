//! The answers of several reviewers to one text, and what is kept of them to judge the reviewers by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dataset::Origin;
use crate::moment::Moment;

/// The model's calibrated probabilities by label; empty where they are not known.
pub type Probabilities = BTreeMap<String, f64>;

/// One reviewer's answer to a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GivenAnswer {
    /// The worker's id, the portal's or A2I's.
    pub worker: String,
    pub label: String,
    /// From taking the task to the answer.
    #[serde(default)]
    pub seconds: f64,
    /// RFC 3339, UTC, in milliseconds.
    #[serde(default)]
    pub submitted_at: String,
}

/// `state/answers.json`: the newest texts that people answered, in the order in which they got a label or a dispute.
/// Reviewers are judged by these; each text's own answers are in its [`Label`](crate::review::Label) for good.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AnsweredTexts {
    pub texts: Vec<AnsweredText>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnsweredText {
    pub text_hash: String,
    pub origin: Origin,
    /// One of each reviewer.
    pub answers: Vec<GivenAnswer>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub probabilities: Probabilities,
    /// When the last answer was collected.
    pub answered_at: Moment,
}
