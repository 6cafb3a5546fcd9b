//! `ParameterRanges`, and the space that they span.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tuning::{Parameter, Range, Scaling, Space};

/// A description has all three lists, as the official SDK expects.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub struct ParameterRanges {
    integer_parameter_ranges: Vec<NumericRange>,
    continuous_parameter_ranges: Vec<NumericRange>,
    categorical_parameter_ranges: Vec<CategoricalRange>,
}

/// The ends are texts, as in all hyperparameters.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct NumericRange {
    name: String,
    min_value: String,
    max_value: String,
    #[serde(default)]
    scaling_type: ScalingType,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CategoricalRange {
    name: String,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
enum ScalingType {
    #[default]
    Auto,
    Linear,
    Logarithmic,
    ReverseLogarithmic,
}

/// What a hyperparameter may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Integer,
    Continuous,
    Categorical,
}

impl ParameterRanges {
    /// The error names the range that is none.
    pub fn space(&self) -> Result<Space, String> {
        let scaled = |range: &NumericRange| (range.name.clone(), range.scaling_type.scaling());
        let integer = self.integer_parameter_ranges.iter().map(|range| {
            let (min, max) = (range.min()?, range.max()?);
            let (name, scaling) = scaled(range);
            let range = Range::Integer { min, max, scaling };
            Ok(Parameter { name, range })
        });
        let continuous = self.continuous_parameter_ranges.iter().map(|range| {
            let (min, max) = (range.min()?, range.max()?);
            let (name, scaling) = scaled(range);
            let range = Range::Continuous { min, max, scaling };
            Ok(Parameter { name, range })
        });
        let categorical = self.categorical_parameter_ranges.iter().map(|range| {
            let (name, values) = (range.name.clone(), range.values.clone());
            let range = Range::Categorical { values };
            Ok(Parameter { name, range })
        });
        let parameters = integer.chain(continuous).chain(categorical);
        let parameters: Result<_, String> = parameters.collect();
        Space::new(parameters?).map_err(|error| error.to_string())
    }

    /// The names and kinds of the tunable hyperparameters.
    pub fn names(&self) -> impl Iterator<Item = (&str, Kind)> {
        let integer = self.integer_parameter_ranges.iter();
        let continuous = self.continuous_parameter_ranges.iter();
        let categorical = self.categorical_parameter_ranges.iter();
        integer
            .map(|range| (range.name.as_str(), Kind::Integer))
            .chain(continuous.map(|range| (range.name.as_str(), Kind::Continuous)))
            .chain(categorical.map(|range| (range.name.as_str(), Kind::Categorical)))
    }
}

impl NumericRange {
    fn min<T: FromStr>(&self) -> Result<T, String> {
        self.end("MinValue", &self.min_value)
    }

    fn max<T: FromStr>(&self) -> Result<T, String> {
        self.end("MaxValue", &self.max_value)
    }

    fn end<T: FromStr>(&self, member: &str, value: &str) -> Result<T, String> {
        value.parse().map_err(|_| {
            let name = &self.name;
            format!("hyperparameter {name:?}: the {member} {value:?} is no number of its kind")
        })
    }
}

impl ScalingType {
    fn scaling(self) -> Scaling {
        match self {
            Self::Auto => Scaling::Auto,
            Self::Linear => Scaling::Linear,
            Self::Logarithmic => Scaling::Logarithmic,
            Self::ReverseLogarithmic => Scaling::ReverseLogarithmic,
        }
    }
}
