//! What the gate decided, and why.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    Approved,
    Rejected,
    /// The evidence does not decide; a person does.
    Inconclusive,
}

impl Decision {
    pub const ALL: [Self; 3] = [Self::Approved, Self::Rejected, Self::Inconclusive];

    /// What the package says of it: [`METADATA_DECISION`].
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
            Self::Inconclusive => "Inconclusive",
        }
    }

    /// Inverse of [`Self::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|decision| decision.word() == word)
    }
}

/// One thing the gate looked at, and what it found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// A stable word, e.g. `test_rows`, `balanced_accuracy`, `recall`, `champion`,
    /// `anchor`.
    pub name: String,
    pub decision: Decision,
    /// A sentence with the numbers.
    pub reason: String,
}

/// `verdicts/<version>/<hash>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub model_package_arn: String,
    pub decision: Decision,
    pub checks: Vec<Check>,
    /// The evaluation that was read.
    pub evidence_uri: String,
    /// The champion when the model was judged, which may be another than the evaluation's.
    pub champion_model_package_arn: Option<String>,
    /// The anchor at that moment, which may be the champion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor_model_package_arn: Option<String>,
}

impl Verdict {
    /// The checks that made the decision what it is: all of them where all passed.
    pub fn deciding(&self) -> impl Iterator<Item = &Check> {
        let checks = self.checks.iter();
        checks.filter(|check| check.decision == self.decision)
    }
}

/// Characters that a package's `ApprovalDescription` may have.
pub const APPROVAL_DESCRIPTION_LIMIT: usize = 1024;

/// Keys of the package's `CustomerMetadataProperties`.
pub const METADATA_DECISION: &str = "reviewloop-verdict";
pub const METADATA_VERDICT_URI: &str = "reviewloop-verdict-uri";
/// The comparison on labelled rows, once it has ended.
pub const METADATA_ROLLOUT_URI: &str = "reviewloop-rollout-uri";
/// Why a package that was approved is so no more: `rolled back` or `failed`.
pub const METADATA_WITHDRAWN: &str = "reviewloop-withdrawn";
