//! The range of a hyperparameter: its values, and their coordinates in [0, 1].

use thiserror::Error;

use crate::Scaling;

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

/// Why values are no point of a space, by the hyperparameter.
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

impl Range {
    /// What a range of integers is searched as: on a linear scale its ends are as likely as what is between them.
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

    pub(crate) fn value(&self, coordinate: f64) -> String {
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

    pub(crate) fn snapped(&self, coordinate: f64) -> f64 {
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

    pub(crate) fn coordinate(
        &self,
        name: impl Fn() -> String,
        value: &str,
    ) -> Result<f64, Outside> {
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
