//! The predict function's request and response, and one line of the endpoint's protocol.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The container's content type: one [`InstanceLine`] a line in, one [`PredictionLine`] a line out.
pub const JSON_LINES: &str = "application/jsonlines";

/// Body of a call to predict's function URL, or the payload of a direct Invoke.
/// Either `texts` or `reviews`. Another member is refused: a misspelt list would be lost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictRequest {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Fields>,
    /// Any name of the caller's. While a challenger answers a share of the requests, the same caller gets answers of
    /// the same model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PredictResponse {
    /// In the order of the request.
    pub predictions: Vec<Prediction>,
    /// By which record-feedback knows the answers, where they are captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inference_id: Option<String>,
    /// The variant of the endpoint that answered, where a challenger may answer a share of the requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    pub label: Option<String>,
    /// The label's probability.
    pub confidence: Option<f64>,
    pub review: Review,
    /// With which the audit draws this text: `AuditRate`, or 0 where it can draw none of them: there
    /// are no reviewers, the day's audit is closed, the text is too long to be shown, or it has no
    /// label. Absent where the day could not be read or written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inclusion_probability: Option<f64>,
    /// Why there is no label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What became of a prediction with regard to human review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Review {
    NotNeeded,
    /// A person is asked: now, or in some minutes where the call was not taken.
    Started {
        human_loop: String,
    },
    /// A loop for this text runs already.
    AlreadyAsked {
        human_loop: String,
    },
    /// A person has answered for this text before.
    AlreadyLabelled,
    /// It should be asked, but the budget is spent.
    OverBudget,
    /// It should be asked, and cannot be: the text is too long to be read, or it was refused.
    CannotBeAsked {
        reason: String,
    },
    /// It should be asked, and the question could not be noted: send the text again.
    Failed,
}

/// A review by the names of its text columns. A context field may be missing or null.
pub type Fields = BTreeMap<String, Option<String>>;

/// One line that the endpoint takes: one text, or a review's fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Fields>,
}

/// One line that it answers: a label with its probability, or the row's error.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PredictionLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted_label: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub probabilities: BTreeMap<String, f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
