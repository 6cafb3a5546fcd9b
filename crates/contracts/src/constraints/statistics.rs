//! `statistics.json`, laid out as Model Monitor's
//! (docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-statistics.html) as far as we have the numbers.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    pub version: u32,
    pub dataset: Dataset,
    pub features: Vec<FeatureStatistics>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    pub item_count: u64,
    /// Rows of the file that are not among them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub quarantined: u64,
    /// Rows equal in every column.
    pub repeated: Repeated,
    /// Columns beyond those that are profiled.
    pub features_left_out: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureStatistics {
    pub name: String,
    pub inferred_type: InferredType,
    /// Of Integral and Fractional features: of the values that are numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerical_statistics: Option<NumericalStatistics>,
    /// Of String features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_statistics: Option<StringStatistics>,
    pub types: Types,
    pub repeated: Repeated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InferredType {
    Integral,
    Fractional,
    String,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    pub num_present: u64,
    pub num_missing: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumericalStatistics {
    pub common: Common,
    pub mean: f64,
    pub sum: f64,
    pub std_dev: f64,
    pub min: f64,
    pub max: f64,
    pub negative: u64,
    pub distribution: Distribution,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StringStatistics {
    pub common: Common,
    /// Exact up to the number of values that are counted one by one, and an estimate above it.
    pub distinct_count: u64,
    pub distribution: Distribution,
    /// In characters.
    pub min_length: f64,
    pub max_length: f64,
    pub lengths: Kll,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kll: Option<Kll>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categorical: Option<Categorical>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Categorical {
    pub buckets: Vec<ValueCount>,
    /// Rows with a value that is long, or came after the buckets had become too many. Where they are the greater part
    /// they are all, and there are no buckets.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub others: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueCount {
    pub value: String,
    pub count: u64,
}

/// Numbers in the layout of the KLL sketch. Its data are one level: a uniform sample, sorted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kll {
    /// Ten of one width; their counts are estimates where the sample is not the whole.
    pub buckets: Vec<Bucket>,
    pub sketch: Sketch,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    pub lower_bound: f64,
    pub upper_bound: f64,
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    pub parameters: Parameters,
    pub data: Vec<Vec<f64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// The most numbers that are kept.
    pub k: u64,
}

/// Values by how they are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Types {
    pub integral: u64,
    pub fractional: u64,
    pub string: u64,
}

/// How many distinct values came more than once, among the share of the distinct values that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Repeated {
    pub distinct: u64,
    pub values: u64,
    pub sampled_share: f64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
