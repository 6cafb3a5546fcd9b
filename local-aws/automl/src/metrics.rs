//! The metrics of candidates: AWS's names, and where a training job's log has them.

use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{Job, Training};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The metrics that a candidate may be chosen by: the higher, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Objective {
    Accuracy,
    BalancedAccuracy,
    /// Of one class: the log has the mean of all classes' alone.
    F1,
    #[serde(rename = "F1macro")]
    F1Macro,
}

/// As in the log of the training program.
const ACCURACY: &str = "validation:accuracy";
const BALANCED_ACCURACY: &str = "validation:balanced_accuracy";
const F1: &str = "validation:f1";
const LOSS: &str = "validation:loss";

/// `StandardMetricName` of each metric in the log. There is no `MetricName` for the loss.
const STANDARD: [(&str, &str); 4] = [
    ("Accuracy", ACCURACY),
    ("BalancedAccuracy", BALANCED_ACCURACY),
    ("F1macro", F1),
    ("LogLoss", LOSS),
];

impl Objective {
    /// Source: the API reference, "CreateAutoMLJobV2", of `AutoMLJobObjective`: there is no other one for texts.
    pub const OF_TEXTS: Self = Self::Accuracy;

    /// For `--objective`, and in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "Accuracy",
            Self::BalancedAccuracy => "BalancedAccuracy",
            Self::F1 => "F1",
            Self::F1Macro => "F1macro",
        }
    }

    /// The value that a training job has completed with. One that failed or was stopped has none, whatever it has logged.
    pub fn of(self, job: &Job<Training>) -> Option<f64> {
        let metric = match self {
            Self::Accuracy => ACCURACY,
            Self::BalancedAccuracy => BALANCED_ACCURACY,
            Self::F1 => return None,
            Self::F1Macro => F1,
        };
        let value = job.final_value(metric);
        value.filter(|_| job.state.status == JobStatus::Completed)
    }
}

/// `MetricDefinitions` of the training jobs.
pub fn definitions() -> Value {
    let definition =
        |metric: &str, line: &str| json!({ "Name": metric, "Regex": format!("{line}: ([0-9.]+)") });
    json!([
        definition(ACCURACY, "val_accuracy"),
        definition(BALANCED_ACCURACY, "val_balanced_accuracy"),
        definition(F1, "val_f1"),
        definition(LOSS, "val_loss"),
    ])
}

/// `CandidateMetrics` of a training job that has ended.
pub fn of(job: &Job<Training>) -> Vec<Value> {
    let metrics = STANDARD.iter().filter_map(|(standard, metric)| {
        let value = job.final_value(metric)?;
        Some(json!({
            "MetricName": (*metric != LOSS).then_some(standard),
            "StandardMetricName": standard,
            "Value": value,
            "Set": "Validation",
        }))
    });
    metrics.collect()
}
