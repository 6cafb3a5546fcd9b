//! What `classifier bias` is asked and what it answers: `analysis_config.json` and `analysis.json`, both laid out as
//! SageMaker Clarify's, so that Clarify's configurations are read and the model registry shows the answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// "Analysis Configuration Files" of Amazon SageMaker's guide, as far as it is about bias. A member that is not known
/// here would change the analysis, so it is refused.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalysisConfig {
    #[serde(default)]
    pub version: Option<String>,
    #[serde(default)]
    pub dataset_type: Option<String>,
    /// The columns' names in order. Without them the first line has them.
    #[serde(default)]
    pub headers: Option<Vec<String>>,
    pub label: ColumnName,
    #[serde(default)]
    pub predicted_label: Option<ColumnName>,
    /// Texts, numbers or truths.
    pub label_values_or_threshold: Vec<Value>,
    pub facet: Vec<FacetConfig>,
    #[serde(default)]
    pub group_variable: Option<ColumnName>,
    pub methods: Methods,
    /// Not Clarify's: what to show the metrics after.
    #[serde(default)]
    pub balancing: Option<BalancingConfig>,
}

/// A column by its name, or by its place from 0.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a column's name, or its place from 0")]
pub enum ColumnName {
    Place(usize),
    Name(String),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacetConfig {
    pub name_or_index: ColumnName,
    #[serde(default)]
    pub value_or_threshold: Option<Vec<Value>>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Methods {
    #[serde(default)]
    pub pre_training_bias: Option<MetricNames>,
    #[serde(default)]
    pub post_training_bias: Option<MetricNames>,
    /// Name and title of Clarify's report; ours is always made.
    #[serde(default)]
    pub report: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricNames {
    pub methods: Chosen,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "\"all\", or a list of metrics")]
pub enum Chosen {
    /// `all`, or one metric.
    One(String),
    Some(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BalancingConfig {
    pub by: BalancingKind,
    /// Which facet; needed where there are several.
    #[serde(default)]
    pub facet: Option<ColumnName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BalancingKind {
    Class,
    ClassAndFacet,
    Weights,
}

/// `analysis.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    pub version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pre_training_bias_metrics: Option<BiasMetrics>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_training_bias_metrics: Option<BiasMetrics>,
    /// What Clarify does not have.
    pub reviewloop: BiasEvidence,
}

impl Analysis {
    /// Whether there are metrics in it.
    pub fn is_measured(&self) -> bool {
        self.pre_training_bias_metrics.is_some() || self.post_training_bias_metrics.is_some()
    }

    /// This one before training with the other one after it. A facet's value has the metrics of both, and the rows of
    /// this one.
    pub fn with(mut self, after: Analysis) -> Analysis {
        self.post_training_bias_metrics = after.post_training_bias_metrics;
        let unmeasured = after.reviewloop.unmeasured;
        self.reviewloop.unmeasured = self.reviewloop.unmeasured.or(unmeasured);
        for (facet, values) in after.reviewloop.facets {
            let before = self.reviewloop.facets.entry(facet).or_default();
            for value in values {
                let name = &value.value_or_threshold;
                match before.iter_mut().find(|it| it.value_or_threshold == *name) {
                    Some(before) => before.metrics.extend(value.metrics),
                    None => before.push(value),
                }
            }
        }
        self
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BiasMetrics {
    pub label: String,
    pub label_value_or_threshold: String,
    pub facets: BTreeMap<String, Vec<FacetMetrics>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FacetMetrics {
    pub value_or_threshold: String,
    pub metrics: Vec<BiasMetric>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BiasMetric {
    pub name: String,
    pub description: String,
    pub value: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A number; JSON has no infinite ones, and Clarify writes them as texts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    Finite(f64),
    Infinite(Infinity),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Infinity {
    #[serde(rename = "Infinity")]
    Positive,
    #[serde(rename = "-Infinity")]
    Negative,
}

impl From<f64> for Number {
    fn from(value: f64) -> Number {
        match value {
            f64::INFINITY => Number::Infinite(Infinity::Positive),
            f64::NEG_INFINITY => Number::Infinite(Infinity::Negative),
            finite => Number::Finite(finite),
        }
    }
}

impl From<Number> for f64 {
    fn from(number: Number) -> f64 {
        match number {
            Number::Finite(value) => value,
            Number::Infinite(Infinity::Positive) => f64::INFINITY,
            Number::Infinite(Infinity::Negative) => f64::NEG_INFINITY,
        }
    }
}

/// How sure the metrics are, and what balancing would do to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BiasEvidence {
    pub rows: u64,
    /// Rows without a label or a predicted label, which are left out.
    pub rows_without_label: u64,
    /// Below it a metric says nothing.
    pub minimum_rows: u64,
    pub resamples: u64,
    pub seed: u64,
    /// Whether the flip test is of a sample of the rows.
    pub flip_test_is_sampled: bool,
    pub facets: BTreeMap<String, Vec<FacetEvidence>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balancing: Option<Balanced>,
    /// Why there are no metrics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmeasured: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FacetEvidence {
    pub value_or_threshold: String,
    pub rows: u64,
    pub positive_rows: u64,
    pub metrics: Vec<MetricEvidence>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricEvidence {
    pub name: String,
    pub value: Option<Number>,
    /// 95 %, by bootstrap.
    pub interval: Option<[Number; 2]>,
    /// The rows of its smallest share.
    pub support: u64,
    pub too_few_to_say: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Balanced {
    pub by: BalancingKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facet: Option<String>,
    /// The rows that stay, or the sum of their weights.
    pub rows: f64,
    pub facets: BTreeMap<String, Vec<BalancedFacet>>,
    /// The metrics that are further from no bias than before.
    pub worse: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BalancedFacet {
    pub value_or_threshold: String,
    pub rows: f64,
    pub metrics: Vec<BeforeAndAfter>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BeforeAndAfter {
    pub name: String,
    pub before: Option<Number>,
    pub after: Option<Number>,
    pub is_worse: bool,
}
