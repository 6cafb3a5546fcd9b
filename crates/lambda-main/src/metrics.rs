//! What the functions count besides AWS's own metrics: one line of the embedded metric format each.
//!
//! Each name and set of dimensions is a metric of its own that costs money by the month, so there are few,
//! and each function counts what no metric of AWS's tells.
//! Sources: the CloudWatch user guide, "Specification: Embedded metric format" and "Using the embedded
//! metric format with Lambda"; the Lambda developer guide, "Configuring JSON and plain text log formats"
//! (a line that is JSON already is not encoded again).

use std::io::Write;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use aws_types::SdkConfig;
use serde_json::{Value, json};

use crate::variables::variable;

pub const NAMESPACE: &str = "Reviewloop";

/// Every metric has it: the function that counts.
pub const FUNCTION_NAME: &str = "FunctionName";

/// Of metrics about a variant of the endpoint, as in SageMaker's own.
pub const VARIANT_NAME: &str = "VariantName";

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric<'a> {
    /// Pipeline executions that were started.
    Runs,
    /// Models that were judged, by what the gate said.
    Verdicts { decision: &'a str },
    /// Human loops that were started.
    HumanLoops,
    /// Calls that a variant of the endpoint answered, while a challenger may answer a share.
    Answers { variant: &'a str },
    /// Those of which it was unsure: most texts below the threshold of the reviews or without a label, or not readable.
    UnsureAnswers { variant: &'a str },
    /// Texts of which the true label was told later, by the variant that had answered.
    Truths { variant: &'a str },
    /// Those for which it had been right.
    RightAnswers { variant: &'a str },
    /// Labels that came of human loops.
    Labels,
    /// Files of labels that were uploaded for the next training.
    Retrainings,
    /// What was stuck at a look of reconcile.
    Stuck,
    /// Executions without a run at a look of reconcile.
    Orphans,
}

/// All names, for the test that holds the dashboard to them.
pub const NAMES: [&str; 11] = [
    "Runs",
    "Verdicts",
    "HumanLoops",
    "Labels",
    "Retrainings",
    "Stuck",
    "Orphans",
    "Answers",
    "UnsureAnswers",
    "Truths",
    "RightAnswers",
];

impl Metric<'_> {
    fn name(self) -> &'static str {
        match self {
            Self::Runs => NAMES[0],
            Self::Verdicts { .. } => NAMES[1],
            Self::HumanLoops => NAMES[2],
            Self::Labels => NAMES[3],
            Self::Retrainings => NAMES[4],
            Self::Stuck => NAMES[5],
            Self::Orphans => NAMES[6],
            Self::Answers { .. } => NAMES[7],
            Self::UnsureAnswers { .. } => NAMES[8],
            Self::Truths { .. } => NAMES[9],
            Self::RightAnswers { .. } => NAMES[10],
        }
    }

    fn dimension(self) -> Option<(&'static str, String)> {
        match self {
            Self::Verdicts { decision } => Some(("Decision", decision.to_owned())),
            Self::Answers { variant }
            | Self::UnsureAnswers { variant }
            | Self::Truths { variant }
            | Self::RightAnswers { variant } => Some((VARIANT_NAME, variant.to_owned())),
            _ => None,
        }
    }
}

/// The function that runs here and the SDK's configuration, whose time a line has.
static HERE: OnceLock<(String, SdkConfig)> = OnceLock::new();

/// Called once by `start`. Without Lambda's environment, as in a test of a handler, nothing is counted.
pub(crate) fn count_for(config: &SdkConfig) {
    if let Ok(function_name) = variable("AWS_LAMBDA_FUNCTION_NAME") {
        let _ = HERE.set((function_name, config.clone()));
    }
}

/// Adds to a metric.
pub fn count(metric: Metric, value: usize) {
    let Some((function_name, config)) = HERE.get() else {
        return;
    };
    let now = config.time_source().map(|source| source.now());
    let since_1970 = now.and_then(|now| now.duration_since(UNIX_EPOCH).ok());
    let milliseconds = since_1970.unwrap_or_default().as_millis();
    let line = line(metric, value, function_name, milliseconds);
    // One write, so that no other line comes between. A metric that cannot be written stops no event.
    let _ = std::io::stdout().write_all(format!("{line}\n").as_bytes());
}

fn line(metric: Metric, value: usize, function_name: &str, milliseconds: u128) -> Value {
    let name = metric.name();
    let dimension = metric.dimension();
    let dimensions: Vec<&str> = [FUNCTION_NAME]
        .into_iter()
        .chain(dimension.iter().map(|(name, _)| *name))
        .collect();
    let mut line = json!({
        "_aws": {
            "Timestamp": milliseconds,
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [dimensions],
                "Metrics": [{ "Name": name, "Unit": "Count" }],
            }],
        },
        FUNCTION_NAME: function_name,
        name: value,
    });
    if let Some((name, value)) = dimension {
        line[name] = value.into();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_its_metric_its_dimensions_and_their_values() {
        let metric = Metric::Verdicts {
            decision: "Inconclusive",
        };
        let line = line(metric, 1, "reviewloop-judge-model", 1_800_000_000_000);
        let expected = json!({
            "_aws": {
                "Timestamp": 1_800_000_000_000_u64,
                "CloudWatchMetrics": [{
                    "Namespace": "Reviewloop",
                    "Dimensions": [["FunctionName", "Decision"]],
                    "Metrics": [{ "Name": "Verdicts", "Unit": "Count" }],
                }],
            },
            "FunctionName": "reviewloop-judge-model",
            "Decision": "Inconclusive",
            "Verdicts": 1,
        });
        assert_eq!(line, expected);
        assert!(!line.to_string().contains('\n'));
    }
}
