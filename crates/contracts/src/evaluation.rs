//! `evaluation.json`: what `classifier evaluate` measured; judge-model's evidence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::training::TrainingCard;

/// Laid out so that SageMaker's model registry shows the first member as model quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub multiclass_classification_metrics: ModelQuality,
    pub dataset_version_id: String,
    /// Results of different split versions are never compared.
    pub split_version: u32,
    pub labels: Vec<String>,
    /// Over the gate's slice of the test rows.
    pub challenger: Scores,
    /// The approved model on the same rows; absent while there is none.
    pub champion: Option<Champion>,
    /// Test rows that are known only because a model was unsure of them.
    pub uncertain: Option<Scores>,
    pub training: Option<TrainingCard>,
}

/// SageMaker's layout for multiclass model quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelQuality {
    /// Truth, then prediction, then rows.
    pub confusion_matrix: BTreeMap<String, BTreeMap<String, u64>>,
    pub accuracy: Metric,
    pub balanced_accuracy: Metric,
    pub macro_f1: Metric,
    pub weighted_recall: Metric,
    pub weighted_precision: Metric,
    pub weighted_f1: Metric,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    pub value: f64,
    /// SageMaker writes the text "NaN" where it has none; we leave the member out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_deviation: Option<f64>,
}

/// One model over one set of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    pub rows: u64,
    pub accuracy: f64,
    /// Wilson, 95 %.
    pub accuracy_interval: Interval,
    pub balanced_accuracy: f64,
    /// 95 %.
    pub balanced_accuracy_interval: Interval,
    pub macro_f1: f64,
    /// In the order of `labels`.
    pub classes: Vec<ClassScores>,
    /// `confusion[truth][prediction]`, in the order of `labels`.
    pub confusion: Vec<Vec<u64>>,
    pub mean_cross_entropy: f64,
    pub calibration: Vec<CalibrationBin>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassScores {
    pub label: String,
    /// Rows whose truth is this class.
    pub support: u64,
    pub precision: f64,
    pub recall: f64,
    /// Wilson, 95 %.
    pub recall_interval: Interval,
    pub f1: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// Predictions whose confidence lies in `[from, to)` (the last bin includes 1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    pub from: f64,
    pub to: f64,
    pub rows: u64,
    pub mean_confidence: f64,
    pub accuracy: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Champion {
    pub model_package_arn: String,
    pub scores: Scores,
    /// Balanced accuracy of the challenger minus that of the champion.
    pub difference: PairedDifference,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairedDifference {
    pub value: f64,
    /// Paired, 95 %.
    pub interval: Interval,
    /// Rows that only the challenger, and only the champion, got right (`McNemar`'s cells).
    pub only_challenger_right: u64,
    pub only_champion_right: u64,
}

/// One line of `predictions.jsonl`: keyed by row hash, without text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestPrediction {
    pub row_hash: String,
    pub label: String,
    pub predicted: String,
    pub probability: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub champion_predicted: Option<String>,
}
