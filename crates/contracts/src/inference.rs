//! Answers of the model that are kept, and what was learnt of them later.

use serde::{Deserialize, Serialize};

use crate::dataset::Context;
use crate::moment::Moment;

/// `inferences/<id>.json`: one call of the endpoint, as predict captured it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inference {
    pub inference_id: String,
    pub at: Moment,
    /// The variant of the endpoint that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// In the order of the request.
    pub answers: Vec<CapturedAnswer>,
    /// How the variant was chosen, where rewards decide about shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<Draw>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapturedAnswer {
    pub text: String,
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
    /// `None` where the model had none.
    pub label: Option<String>,
    pub confidence: Option<f64>,
}

/// The variant was drawn for this request alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// The comparison's id.
    pub rollout: String,
    /// The variant that was drawn. Evidence is by it, whichever one answered: leaving out the others would choose rows by slot.
    pub variant: String,
    /// With which the challenger was drawn.
    pub challenger_share: f64,
}

/// Body of a call to record-feedback's function URL, or the payload of a direct Invoke: a reward, or truths, or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackRequest {
    pub inference_id: String,
    /// 1: the answers led to what they were for, 0: they did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<f64>,
    /// The true label of each text, in the order of the request to predict; null where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truths: Option<Vec<Option<String>>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackResponse {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<Recorded>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truths: Option<Recorded>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recorded {
    Recorded,
    /// The same was recorded before.
    Already,
}

/// `feedback/rewards/<id>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    pub inference_id: String,
    pub rewarded: bool,
    pub at: Moment,
}

/// `feedback/truths/<id>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truths {
    pub inference_id: String,
    pub labels: Vec<Option<String>>,
    pub at: Moment,
}
