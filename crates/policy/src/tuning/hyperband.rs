//! Hyperband compares trainings by their epochs, so SageMaker must know the most that one has.

use contracts::tuning::{Range, Ranges, Values};

use super::settings::algorithm;
use crate::hyperparameters::{AUTO, unquoted};

pub const EPOCHS: &str = "epochs";

/// `MaxResource`; `None` where SageMaker reads it of the hyperparameter, which is then a number. Errors say how to give one.
pub fn max_resource(ranges: &Ranges, present: &Values) -> Result<Option<u32>, String> {
    let algorithm = algorithm(present);
    if !["bert", "fasttext"].contains(&algorithm) {
        return Err(format!(
            "Hyperband stops trainings by their epochs, and the algorithm {algorithm} has none: search by Bayesian or Random"
        ));
    }
    let largest = match ranges.get(EPOCHS) {
        Some(Range::Integer { max, .. }) => max.parse().ok(),
        Some(Range::Categorical { values }) => {
            let values: Result<Vec<u32>, _> = values.iter().map(|value| value.parse()).collect();
            values.ok().and_then(|values| values.into_iter().max())
        }
        Some(Range::Continuous { .. }) => None,
        None => {
            let given = present.get(EPOCHS).map_or(AUTO, String::as_str);
            return match unquoted(given).parse::<u32>() {
                Ok(_) => Ok(None),
                Err(_) => Err(
                    "Hyperband needs the number of epochs: give --parameter epochs=MIN:MAX, or start the version with \
                     Epochs=N before"
                        .to_owned(),
                ),
            };
        }
    };
    let fractions = || "Hyperband needs whole numbers of epochs: epochs=MIN:MAX".to_owned();
    largest.map(Some).ok_or_else(fractions)
}
