//! What the programs of an AutoML job hand each other, and what the job tells of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evaluation::{ModelQuality, Scores};

/// The members of a line of `rows/train` and `rows/validation`.
pub const TEXT: &str = "text";
pub const LABEL: &str = "label";

/// `analysis.json`: what a table is, and what is to be learnt of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    pub problem_type: ProblemType,
    pub objective: Objective,
    pub target: String,
    pub rows: Rows,
    /// Rows that say no label; they are in neither part.
    #[serde(default)]
    pub rows_without_target: u64,
    /// Rows of each label, both parts together.
    pub labels: BTreeMap<String, u64>,
    /// In the order in which a request has their values; the target is none of them.
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProblemType {
    BinaryClassification,
    MulticlassClassification,
}

impl ProblemType {
    pub fn name(self) -> &'static str {
        match self {
            ProblemType::BinaryClassification => "BinaryClassification",
            ProblemType::MulticlassClassification => "MulticlassClassification",
        }
    }
}

/// The names are SageMaker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Objective {
    Accuracy,
    BalancedAccuracy,
    F1,
    #[serde(rename = "F1macro")]
    F1Macro,
}

impl Objective {
    pub fn name(self) -> &'static str {
        match self {
            Objective::Accuracy => "Accuracy",
            Objective::BalancedAccuracy => "BalancedAccuracy",
            Objective::F1 => "F1",
            Objective::F1Macro => "F1macro",
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    pub train: u64,
    pub validation: u64,
}

/// Of the train rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
    /// The share of rows without a value.
    pub missing: f64,
    pub distinct: u64,
    /// Why it is dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    Text,
    Category,
    Number,
    Dropped,
}

impl ColumnKind {
    pub fn name(self) -> &'static str {
        match self {
            ColumnKind::Text => "text",
            ColumnKind::Category => "category",
            ColumnKind::Number => "number",
            ColumnKind::Dropped => "dropped",
        }
    }
}

/// `explainability/analysis.json`: how much worse the answers get where a column's values are shuffled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    pub version: String,
    pub method: String,
    /// Validation rows that were answered.
    pub rows: u64,
    pub shuffles: u64,
    pub seed: u64,
    /// With every column as it is.
    pub balanced_accuracy: f64,
    pub log_loss: f64,
    pub columns: Vec<ColumnImportance>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnImportance {
    pub name: String,
    pub kind: ColumnKind,
    /// By how much balanced accuracy falls.
    pub balanced_accuracy_loss: Spread,
    /// By how much the mean log loss grows, in nats.
    pub log_loss_growth: Spread,
}

/// Over the shuffles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub mean: f64,
    pub standard_deviation: f64,
}

/// `insights/statistics.json`: the first member is SageMaker's layout of model quality, the second has the intervals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    pub multiclass_classification_metrics: ModelQuality,
    pub labels: Vec<String>,
    pub scores: Scores,
}
