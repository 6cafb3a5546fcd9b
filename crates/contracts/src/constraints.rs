//! `constraints.json` and `constraint_violations.json`, laid out as SageMaker Model Monitor's
//! (docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-constraints.html and
//! model-monitor-interpreting-violations.html). What is ours stands under keys of our own: `observed`,
//! `tolerance`, `severity`, the rates. People edit the constraints, so that a misspelt key is an error.

mod statistics;

use serde::{Deserialize, Serialize};

pub use statistics::{
    Bucket, Categorical, Common, Dataset, Distribution, FeatureStatistics, InferredType, Kll,
    NumericalStatistics, Parameters, Repeated, Sketch, Statistics, StringStatistics, Types,
    ValueCount,
};

/// The layout's version.
pub const LAYOUT: u32 = 0;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraints {
    pub version: u32,
    pub features: Vec<FeatureConstraints>,
    pub monitoring_config: MonitoringConfig,
    /// Rows that are equal in every column; without it they are not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated_rows: Option<Repetition>,
    /// Rows that are no reviews; without it they are not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantined_rows: Option<QuarantinedRows>,
}

/// A rule that is absent is not checked. Where `observed` stands, bounds are predicted from it for the size of the file
/// at hand; without it they are the fixed thresholds, as Model Monitor has them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureConstraints {
    pub name: String,
    /// `Unknown` admits every type.
    pub inferred_type: InferredType,
    /// The share of rows with a value. Other than `observed` says, it is a fixed lower bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completeness: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_constraints: Option<NumConstraints>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_constraints: Option<StringConstraints>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
    /// By how much a share may differ from the observed one even where chance does not explain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Of all the feature's violations, instead of the one by their size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumConstraints {
    pub is_non_negative: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StringConstraints {
    /// All values that are known.
    pub domains: Vec<String>,
}

/// What the baseline's rows were like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    pub rows: u64,
    pub missing: u64,
    /// Values of another type than the inferred one.
    pub other_type: u64,
    /// Values that came once: so often do new ones come (Good and Turing). Where there are `domains`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub singles: Option<u64>,
    /// Rows by value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<ValueCount>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Spread>,
    /// In characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<Spread>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repetition>,
}

/// Where numbers lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    pub min: f64,
    pub max: f64,
    /// Of so many numbers these are the least and the greatest.
    pub of: u64,
    /// In ascending order.
    pub quantiles: Vec<Quantile>,
    /// The quantiles were counted in a sample of so many.
    pub sampled: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantile {
    pub at_most: f64,
    pub count: u64,
}

/// Values that came more than once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repetition {
    /// Distinct values that did, among the share of the distinct values that was looked at.
    pub values: u64,
    pub sampled_share: f64,
    /// Rows with a value.
    pub of: u64,
}

/// How many of the baseline's rows were in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuarantinedRows {
    pub count: u64,
    /// All rows of the file.
    pub of: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonitoringConfig {
    pub evaluate_constraints: Switch,
    /// The share of values that must be of the inferred type, where nothing was observed.
    pub datatype_check_threshold: f64,
    /// The share of values that must be of the domain, where nothing was observed.
    pub domain_content_threshold: f64,
    /// The share of sound files in which anything at all is found.
    pub false_alarm_rate: f64,
    /// A share that differs by so much holds the version; a smaller difference warns.
    pub hold_from_difference: f64,
    /// A file of fewer rows, those in quarantine included, warns whatever it differs by: it changes the dataset little.
    #[serde(default)]
    pub hold_from_rows: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Switch {
    Enabled,
    Disabled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Warn,
    /// The version waits for a person.
    Hold,
}

/// `constraint_violations.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Violations {
    pub violations: Vec<Violation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Empty where whole rows are meant.
    pub feature_name: String,
    pub constraint_check_type: CheckType,
    /// Numbers and values of the domain; never an upload's other values.
    pub description: String,
    pub severity: Severity,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.feature_name.is_empty() {
            write!(f, "column {:?}: ", self.feature_name)?;
        }
        f.write_str(&self.description)
    }
}

/// Model Monitor's, and the last four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckType {
    DataTypeCheck,
    CompletenessCheck,
    BaselineDriftCheck,
    MissingColumnCheck,
    ExtraColumnCheck,
    CategoricalValuesCheck,
    NonNegativityCheck,
    UniquenessCheck,
    QuarantineCheck,
    /// The constraints themselves do not read.
    ConstraintsCheck,
}
