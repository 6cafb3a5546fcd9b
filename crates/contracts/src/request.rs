//! A file of texts without labels: which of them people are asked about, and what of it is not asked yet.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::answers::Probabilities;
use crate::dataset::QuarantinedRow;
use crate::review::HumanLoopInput;

/// `state/label-requests/<id>.json`: what became of one upload under `incoming/unlabelled/`, written once. The id is
/// that of a receipt. Whether a text was asked is told by its human loop's record, and its label by `labels/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelRequest {
    pub source_key: String,
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    #[serde(flatten)]
    pub result: Requested,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Requested {
    Chosen(Chosen),
    /// Nothing of it can be used.
    Rejected {
        reason: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Good rows of the file.
    pub rows: u64,
    /// Rows without a text that can be read.
    #[serde(default)]
    pub bad: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_bad: Vec<QuarantinedRow>,
    /// Good rows whose text was asked before or has a label: a reviewer's, or one in the dataset.
    #[serde(default)]
    pub known: u64,
    /// Texts of which these were chosen: each once, none that was asked or labelled before or is too long to be shown.
    pub eligible: u64,
    pub budget: usize,
    pub chosen_by: ChosenBy,
    /// The chosen texts' hashes, in the order in which they are asked.
    pub texts: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChosenBy {
    /// A hash of the text drew it: each eligible text with the same probability.
    Random,
    /// The model's doubt about it.
    Uncertainty,
}

/// `state/unasked/<id>.json`: the request's questions that the day's cap left over. It is written before the request,
/// and removed when nothing is left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unasked {
    pub request: LabelRequest,
    pub questions: Vec<UnaskedText>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnaskedText {
    pub input: HumanLoopInput,
    /// What the model said, if one was asked.
    #[serde(default)]
    pub predicted: String,
    #[serde(default, skip_serializing_if = "Probabilities::is_empty")]
    pub probabilities: Probabilities,
}
