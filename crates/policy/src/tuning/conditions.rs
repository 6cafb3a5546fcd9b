//! Whether each trial's hyperparameters have an effect. A training refuses one without, when its machine is paid for.

use contracts::tuning::{Range, Ranges, Values};

use crate::hyperparameters::{AUTO, Condition, Needs, conditions, unquoted};

/// Errors name the hyperparameter and what it needs.
pub fn check(algorithm: &str, ranges: &Ranges, present: &Values) -> Result<(), String> {
    for condition in conditions(algorithm) {
        let Condition { name, other, .. } = condition;
        let is_wished = given(present, name).is_some_and(|value| condition.is_wish(&value));
        // Where neither is searched, all trials have what the training was not refused.
        let varies = ranges.contains_key(*name) || is_wished && ranges.contains_key(*other);
        if varies && !holds(condition, ranges, present) {
            return Err(format!(
                "{condition}: train with such a value of `{other}`, or search only such values of it"
            ));
        }
    }
    Ok(())
}

/// In every trial.
fn holds(condition: &Condition, ranges: &Ranges, present: &Values) -> bool {
    let Condition { other, needs, .. } = condition;
    match (ranges.get(*other), given(present, other)) {
        (Some(range), _) => is_within(*needs, range),
        (None, Some(value)) => needs.holds(&value),
        (None, None) => condition.holds_by_default,
    }
}

/// Whether every value of the range is as it needs to be.
fn is_within(needs: Needs, range: &Range) -> bool {
    match (range, needs) {
        (Range::Categorical { values }, _) => values.iter().all(|value| needs.holds(value)),
        (_, Needs::Is(_)) => false,
        (
            Range::Integer { min, max, .. } | Range::Continuous { min, max, .. },
            Needs::IsNot(one),
        ) => {
            let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
            number(one) < number(min) || number(one) > number(max)
        }
    }
}

/// `None` where the default is left.
fn given(present: &Values, name: &str) -> Option<String> {
    let found = present.get(name).map(|value| unquoted(value).into_owned());
    found.filter(|value| value != AUTO)
}
