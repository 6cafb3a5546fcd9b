//! `evaluation.json`: what `classifier evaluate` measured; judge-model's evidence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::explanation::TellingWords;
pub use crate::interval::Interval;
use crate::training::TrainingCard;

/// Laid out so that SageMaker's model registry shows the first member as model quality.
///
/// A member with a default is newer than the first version of this file; an evaluation that was
/// written before it still reads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub multiclass_classification_metrics: ModelQuality,
    pub dataset_version_id: String,
    /// Results of different split versions are never compared.
    pub split_version: u32,
    /// `policy::dataset::lineage`: versions of one lineage can be held against one anchor.
    #[serde(default)]
    pub lineage: String,
    pub labels: Vec<String>,
    /// What the rows and the columns of every confusion matrix here are: truth, prediction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confusion_axes: Vec<String>,
    /// Over the gate's slice of the test rows.
    pub challenger: Scores,
    /// The approved model on the same rows; absent while there is none.
    pub champion: Option<Incumbent>,
    /// The version that stood as the anchor, which may be the champion; absent at the beginning of
    /// a lineage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor_model_package_arn: Option<String>,
    /// That version on the same rows, unless it is the champion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Incumbent>,
    /// Test rows that are known only because a model was unsure of them.
    pub uncertain: Option<Scores>,
    /// The challenger on parts of the gate's slice, by a column of the reviews.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slices: Vec<SliceScores>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telling_words: Option<TellingWords>,
    pub training: Option<TrainingCard>,
    /// Each model of a challenger that is an ensemble, on the gate's slice, the best first; empty for other challengers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateScores>,
}

impl Evaluation {
    /// The approved models that were scored on the same rows, by name.
    pub fn incumbents(&self) -> impl Iterator<Item = (&'static str, &Incumbent)> {
        let named = [("champion", &self.champion), ("anchor", &self.anchor)];
        named
            .into_iter()
            .filter_map(|(name, incumbent)| Some((name, incumbent.as_ref()?)))
    }
}

/// One model of an ensemble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateScores {
    /// The algorithm's name.
    pub name: String,
    /// Its share of the ensemble's answer.
    pub weight: f64,
    pub scores: Scores,
    /// Balanced accuracy of the ensemble minus that of this model alone.
    pub difference: PairedDifference,
}

/// SageMaker's layout for multiclass model quality; its two unweighted means are ours.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelQuality {
    /// Truth, then prediction, then rows.
    pub confusion_matrix: BTreeMap<String, BTreeMap<String, u64>>,
    pub accuracy: Metric,
    pub balanced_accuracy: Metric,
    pub macro_f1: Metric,
    pub weighted_recall: Metric,
    pub weighted_precision: Metric,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighted_f0_5: Option<Metric>,
    pub weighted_f1: Metric,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighted_f2: Option<Metric>,
    #[serde(flatten)]
    pub best_constant_classifier: Option<BestConstantClassifier>,
}

/// What always answering the most frequent class would score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BestConstantClassifier {
    #[serde(rename = "accuracy_best_constant_classifier")]
    pub accuracy: Metric,
    #[serde(rename = "weighted_recall_best_constant_classifier")]
    pub weighted_recall: Metric,
    #[serde(rename = "weighted_precision_best_constant_classifier")]
    pub weighted_precision: Metric,
    #[serde(rename = "weighted_f0_5_best_constant_classifier")]
    pub weighted_f0_5: Metric,
    #[serde(rename = "weighted_f1_best_constant_classifier")]
    pub weighted_f1: Metric,
    #[serde(rename = "weighted_f2_best_constant_classifier")]
    pub weighted_f2: Metric,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    pub value: f64,
    /// Of the bootstrap's resamples. SageMaker writes the text "NaN" where it has none; we leave
    /// the member out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_deviation: Option<f64>,
}

/// One model over one set of rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Bootstrap>,
    /// In nats.
    pub mean_cross_entropy: f64,
    /// Of the probabilities as they are served, after the temperature; bins of equal width.
    pub calibration: Vec<CalibrationBin>,
    /// The mean distance of confidence and accuracy over those bins, weighted by their rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_calibration_error: Option<f64>,
    /// The error that a calibrated model stays below in 95 of 100 tables with these confidences: by chance alone it is
    /// above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibrated_error: Option<f64>,
    /// The same before the temperature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncalibrated: Option<Uncalibrated>,
    /// What is left to the model, and how right it is there, by review threshold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<Coverage>,
}

/// Percentile intervals (95 %) over resamples drawn with replacement: of accuracy over all rows, of the others within each
/// true class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    pub resamples: u64,
    pub seed: u64,
    pub accuracy: Estimate,
    pub balanced_accuracy: Estimate,
    pub macro_f1: Estimate,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub interval: Interval,
    pub standard_deviation: f64,
}

/// How well the model's own probabilities are calibrated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uncalibrated {
    /// What the model serves with; 1 changes nothing.
    pub temperature: f64,
    pub mean_cross_entropy: f64,
    pub expected_calibration_error: f64,
    pub calibration: Vec<CalibrationBin>,
}

/// Predictions whose confidence is at or above a threshold: people are not asked about them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    pub threshold: f64,
    pub rows: u64,
    /// Their share of all rows.
    pub coverage: f64,
    /// Among them; absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    /// Wilson, 95 %.
    pub accuracy_interval: Interval,
}

/// One model over the rows that share a value, such as a product category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SliceScores {
    pub column: String,
    pub value: String,
    pub rows: u64,
    /// Fewer rows than say anything: read the intervals, not the values.
    pub small: bool,
    pub accuracy: f64,
    /// Wilson, 95 %.
    pub accuracy_interval: Interval,
    /// Over the classes that occur in the slice.
    pub balanced_accuracy: f64,
    /// 95 %.
    pub balanced_accuracy_interval: Interval,
    /// The slice's accuracy less that of all other rows; 95 %, Newcombe's for independent shares.
    pub accuracy_difference: f64,
    pub accuracy_difference_interval: Interval,
    /// Rows by class, in the order of `labels`.
    pub support: Vec<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClassScores {
    pub label: String,
    /// Rows whose truth is this class.
    pub support: u64,
    pub precision: f64,
    /// Wilson, 95 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision_interval: Option<Interval>,
    pub recall: f64,
    /// Wilson, 95 %.
    pub recall_interval: Interval,
    pub f1: f64,
    /// By bootstrap, 95 %: F1 has no closed interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f1_interval: Option<Interval>,
}

/// Predictions whose confidence lies in `[from, to)` (the last bin includes 1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    pub from: f64,
    pub to: f64,
    pub rows: u64,
    pub mean_confidence: f64,
    pub accuracy: f64,
    /// Where the accuracy of a calibrated model lies in 95 of 100 tables with these confidences; absent where it is not
    /// asked for or the bin is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibrated: Option<Interval>,
}

/// An approved model that the challenger is measured against, on the same rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incumbent {
    pub model_package_arn: String,
    /// The text columns that it was trained on, where the test rows are joined from others: then it
    /// reads other inputs than it knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_text_columns: Vec<String>,
    pub scores: Scores,
    /// Balanced accuracy of the challenger minus that of this model.
    pub difference: PairedDifference,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct PairedDifference {
    pub value: f64,
    /// Paired, 95 %.
    pub interval: Interval,
    /// Rows that only the challenger, and only the other model, got right (`McNemar`'s cells).
    pub only_challenger_right: u64,
    pub only_champion_right: u64,
    /// `McNemar`'s exact two-sided test of those two counts: it is about accuracy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mcnemar_p: Option<f64>,
    /// The smallest difference of balanced accuracies that so many rows show with a power of 80 %
    /// at the two-sided 5 % level, if the models disagree as often as they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_detectable_difference: Option<f64>,
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
