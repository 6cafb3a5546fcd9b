//! What ranges must be. The limits are those of SageMaker's API reference (`ParameterRanges`,
//! `CategoricalParameterRange`, `ContinuousParameterRange`) and of its page of quotas for tuning.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::range::{Parameter, Range};
use crate::scaling::{Scaling, within_unit};

const MOST_PARAMETERS: usize = 30;
const MOST_VALUES: usize = 30;
const LONGEST_NAME: usize = 256;
const LONGEST_VALUE: usize = 256;
/// Integers up to here are exact as floating-point numbers.
const LARGEST_INTEGER: u64 = 1 << 53;

/// Why ranges are no space.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum InvalidSpace {
    #[error("a tuning job needs at least one range")]
    Empty,
    #[error("{count} ranges are more than {MOST_PARAMETERS}")]
    TooMany { count: usize },
    #[error("the name {name:?} must have from 1 to {LONGEST_NAME} characters")]
    Name { name: String },
    #[error("hyperparameter {name:?} has two ranges")]
    Twice { name: String },
    #[error("hyperparameter {name:?}: the range from {min} to {max} is not of finite numbers")]
    NotFinite { name: String, min: f64, max: f64 },
    #[error("hyperparameter {name:?}: the minimum {min} is above the maximum {max}")]
    Reversed {
        name: String,
        min: String,
        max: String,
    },
    #[error("hyperparameter {name:?}: {value} is beyond 2^53, up to which integers are searched")]
    TooLarge { name: String, value: i64 },
    #[error("hyperparameter {name:?}: logarithmic scaling needs a minimum above 0, not {min}")]
    Logarithmic { name: String, min: String },
    #[error(
        "hyperparameter {name:?}: reverse logarithmic scaling needs a range within 0 <= x < 1, not from {min} to {max}"
    )]
    ReverseLogarithmic { name: String, min: f64, max: f64 },
    #[error("hyperparameter {name:?}: reverse logarithmic scaling is for continuous ranges only")]
    ReverseLogarithmicInteger { name: String },
    #[error("hyperparameter {name:?}: {count} values, where 1 to {MOST_VALUES} are allowed")]
    Values { name: String, count: usize },
    #[error("hyperparameter {name:?}: the value {value:?} is there twice")]
    ValueTwice { name: String, value: String },
    #[error("hyperparameter {name:?}: a value is longer than {LONGEST_VALUE} characters")]
    LongValue { name: String },
}

pub(super) fn check(parameters: &[Parameter]) -> Result<(), InvalidSpace> {
    if parameters.is_empty() {
        return Err(InvalidSpace::Empty);
    }
    if parameters.len() > MOST_PARAMETERS {
        let count = parameters.len();
        return Err(InvalidSpace::TooMany { count });
    }
    let mut names = BTreeSet::new();
    for Parameter { name, range } in parameters {
        let own = || name.clone();
        if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
            return Err(InvalidSpace::Name { name: own() });
        }
        if !names.insert(name) {
            return Err(InvalidSpace::Twice { name: own() });
        }
        match range {
            Range::Continuous { min, max, scaling } => continuous(own, *min, *max, *scaling)?,
            Range::Integer { min, max, scaling } => integer(own, *min, *max, *scaling)?,
            Range::Categorical { values } => categorical(own, values)?,
        }
    }
    Ok(())
}

fn continuous(
    name: impl Fn() -> String,
    min: f64,
    max: f64,
    scaling: Scaling,
) -> Result<(), InvalidSpace> {
    let name = name();
    if !(max - min).is_finite() {
        return Err(InvalidSpace::NotFinite { name, min, max });
    }
    ordered(&name, min, max)?;
    match scaling {
        Scaling::Logarithmic if min <= 0.0 => Err(InvalidSpace::Logarithmic {
            name,
            min: min.to_string(),
        }),
        Scaling::ReverseLogarithmic if !within_unit(min, max) => {
            Err(InvalidSpace::ReverseLogarithmic { name, min, max })
        }
        _ => Ok(()),
    }
}

fn integer(
    name: impl Fn() -> String,
    min: i64,
    max: i64,
    scaling: Scaling,
) -> Result<(), InvalidSpace> {
    let name = name();
    for value in [min, max] {
        if value.unsigned_abs() > LARGEST_INTEGER {
            return Err(InvalidSpace::TooLarge { name, value });
        }
    }
    ordered(&name, min, max)?;
    match scaling {
        Scaling::Logarithmic if min <= 0 => Err(InvalidSpace::Logarithmic {
            name,
            min: min.to_string(),
        }),
        Scaling::ReverseLogarithmic => Err(InvalidSpace::ReverseLogarithmicInteger { name }),
        _ => Ok(()),
    }
}

fn ordered<T: PartialOrd + ToString>(name: &str, min: T, max: T) -> Result<(), InvalidSpace> {
    if min <= max {
        return Ok(());
    }
    Err(InvalidSpace::Reversed {
        name: name.to_owned(),
        min: min.to_string(),
        max: max.to_string(),
    })
}

fn categorical(name: impl Fn() -> String, values: &[String]) -> Result<(), InvalidSpace> {
    let name = name();
    let count = values.len();
    if !(1..=MOST_VALUES).contains(&count) {
        return Err(InvalidSpace::Values { name, count });
    }
    let mut seen = BTreeSet::new();
    for value in values {
        if value.chars().count() > LONGEST_VALUE {
            return Err(InvalidSpace::LongValue { name });
        }
        if !seen.insert(value) {
            let value = value.clone();
            return Err(InvalidSpace::ValueTwice { name, value });
        }
    }
    Ok(())
}
