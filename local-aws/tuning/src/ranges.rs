//! `ParameterRanges`, and the space that they span.

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
        let integer = self.integer_parameter_ranges.iter().map(|range| {
            Ok(Range::Integer {
                min: range.end("MinValue", &range.min_value)?,
                max: range.end("MaxValue", &range.max_value)?,
                scaling: range.scaling_type.scaling(),
            })
        });
        let continuous = self.continuous_parameter_ranges.iter().map(|range| {
            Ok(Range::Continuous {
                min: range.end("MinValue", &range.min_value)?,
                max: range.end("MaxValue", &range.max_value)?,
                scaling: range.scaling_type.scaling(),
            })
        });
        let categorical = self.categorical_parameter_ranges.iter().map(|range| {
            Ok(Range::Categorical {
                values: range.values.clone(),
            })
        });
        let ranges = integer.chain(continuous).chain(categorical);
        let parameters = self.names().zip(ranges).map(|((name, _), range)| {
            let name = name.to_owned();
            Ok(Parameter {
                name,
                range: range?,
            })
        });
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
    fn end<T: std::str::FromStr>(&self, member: &str, value: &str) -> Result<T, String> {
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
