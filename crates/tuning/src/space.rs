//! The ranges that a study searches, and points in them.

mod invalid;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use invalid::InvalidSpace;
use thiserror::Error;

use crate::Scaling;

/// As a training job's `HyperParameters` have them.
pub type Values = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub range: Range,
}

/// SageMaker's `ContinuousParameterRange`, `IntegerParameterRange` and `CategoricalParameterRange`. Both ends belong to
/// a range.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    Continuous {
        min: f64,
        max: f64,
        scaling: Scaling,
    },
    Integer {
        min: i64,
        max: i64,
        scaling: Scaling,
    },
    Categorical {
        values: Vec<String>,
    },
}

/// Sound ranges. A point of the space has a coordinate in [0, 1] for each parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    parameters: Vec<Parameter>,
}

/// Why values are no point of a space.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Outside {
    #[error("hyperparameter {name:?} has no value")]
    Missing { name: String },
    #[error("hyperparameter {name:?} has the value {value:?}, which is not {wanted}")]
    Unreadable {
        name: String,
        value: String,
        wanted: &'static str,
    },
    #[error("hyperparameter {name:?} has the value {value:?}, which is outside of its range")]
    OutOfRange { name: String, value: String },
}

impl Space {
    /// Errors name the parameter.
    pub fn new(mut parameters: Vec<Parameter>) -> Result<Space, InvalidSpace> {
        invalid::check(&parameters)?;
        for parameter in &mut parameters {
            match &mut parameter.range {
                Range::Continuous { min, max, scaling } => {
                    *scaling = scaling.resolved(*min, *max, true);
                }
                Range::Integer { min, max, scaling } => {
                    *scaling = scaling.resolved(*min as f64, *max as f64, false);
                }
                Range::Categorical { .. } => {}
            }
        }
        Ok(Space { parameters })
    }

    /// In the order in which they were given, `Scaling::Auto` replaced by its choice.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The values at a point. A coordinate beyond [0, 1] counts as its nearest end.
    pub fn values(&self, point: &[f64]) -> Values {
        let parameters = self.parameters.iter().zip(point);
        parameters
            .map(|(parameter, coordinate)| {
                let coordinate = coordinate.clamp(0.0, 1.0);
                (parameter.name.clone(), parameter.range.value(coordinate))
            })
            .collect()
    }

    /// The point nearest to this one that has values of its own: integers and categories have one coordinate each.
    pub(crate) fn snapped(&self, mut point: Vec<f64>) -> Vec<f64> {
        for (parameter, coordinate) in self.parameters.iter().zip(&mut point) {
            *coordinate = parameter.range.snapped(*coordinate);
        }
        point
    }

    /// The point of values. Names that are no parameter of the space are left aside: a training job has static
    /// hyperparameters too.
    pub fn point(&self, values: &Values) -> Result<Vec<f64>, Outside> {
        let coordinate = |parameter: &Parameter| {
            let name = || parameter.name.clone();
            let value = values.get(&parameter.name);
            let value = value.ok_or_else(|| Outside::Missing { name: name() })?;
            parameter.range.coordinate(name, value)
        };
        self.parameters.iter().map(coordinate).collect()
    }
}

impl Range {
    /// What a range of integers is searched as: its ends are as likely as what is between them.
    fn widened(min: i64, max: i64) -> (f64, f64) {
        (min as f64 - 0.5, max as f64 + 0.5)
    }

    fn integer(coordinate: f64, min: i64, max: i64, scaling: Scaling) -> i64 {
        let (low, high) = Range::widened(min, max);
        #[expect(clippy::cast_possible_truncation, reason = "ends are within 2^53")]
        let value = scaling.value(coordinate, low, high).round() as i64;
        value.clamp(min, max)
    }

    /// The place of the category at a coordinate.
    fn place(coordinate: f64, count: usize) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 30"
        )]
        let place = (coordinate * count as f64) as usize;
        place.min(count - 1)
    }

    fn value(&self, coordinate: f64) -> String {
        match self {
            // Without an exponent, which some trainers' parsers refuse, and with all digits that it takes to read
            // the same number back.
            Range::Continuous { min, max, scaling } => {
                scaling.value(coordinate, *min, *max).to_string()
            }
            Range::Integer { min, max, scaling } => {
                Range::integer(coordinate, *min, *max, *scaling).to_string()
            }
            Range::Categorical { values } => values[Range::place(coordinate, values.len())].clone(),
        }
    }

    fn snapped(&self, coordinate: f64) -> f64 {
        match self {
            Range::Continuous { min, max, .. } if min == max => 0.5,
            Range::Continuous { .. } => coordinate,
            Range::Integer { min, max, scaling } => {
                let value = Range::integer(coordinate, *min, *max, *scaling);
                let (low, high) = Range::widened(*min, *max);
                scaling.coordinate(value as f64, low, high)
            }
            Range::Categorical { values } => {
                centre(Range::place(coordinate, values.len()), values.len())
            }
        }
    }

    fn coordinate(&self, name: impl Fn() -> String, value: &str) -> Result<f64, Outside> {
        let unreadable = |wanted| Outside::Unreadable {
            name: name(),
            value: value.to_owned(),
            wanted,
        };
        let out_of_range = || Outside::OutOfRange {
            name: name(),
            value: value.to_owned(),
        };
        match self {
            Range::Continuous { min, max, scaling } => {
                let number: f64 = value.parse().map_err(|_| unreadable("a number"))?;
                if !(*min..=*max).contains(&number) {
                    return Err(out_of_range());
                }
                Ok(scaling.coordinate(number, *min, *max))
            }
            Range::Integer { min, max, scaling } => {
                let number: i64 = value.parse().map_err(|_| unreadable("an integer"))?;
                if !(*min..=*max).contains(&number) {
                    return Err(out_of_range());
                }
                let (low, high) = Range::widened(*min, *max);
                Ok(scaling.coordinate(number as f64, low, high))
            }
            Range::Categorical { values } => {
                let place = values.iter().position(|known| known == value);
                let place = place.ok_or_else(out_of_range)?;
                Ok(centre(place, values.len()))
            }
        }
    }
}

/// The coordinate of a category.
fn centre(place: usize, count: usize) -> f64 {
    (place as f64 + 0.5) / count as f64
}
