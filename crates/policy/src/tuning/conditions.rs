//! Whether each trial's hyperparameters have an effect: one without is refused by the training, whose machine is paid for
//! by then.

use contracts::tuning::{Range, Ranges, Values};

use crate::hyperparameters::{AUTO, Condition, conditions, unquoted};

/// Errors name the hyperparameter and what it needs.
pub fn check(algorithm: &str, ranges: &Ranges, present: &Values) -> Result<(), String> {
    for condition in conditions(algorithm) {
        let Condition {
            name, other, value, ..
        } = condition;
        let is_searched = ranges.contains_key(*name);
        // A value that all trials have is the training's own, and held there already.
        let varies = given(present, name).is_some() && ranges.contains_key(*other);
        if (is_searched || varies) && !holds(condition, ranges, present) {
            return Err(format!(
                "{name} has an effect only where {other} is {value}: study a training with \"{other}\": \"{value}\" \
                 among its Hyperparameters, and do not search {other} with it"
            ));
        }
    }
    Ok(())
}

/// In every trial.
fn holds(condition: &Condition, ranges: &Ranges, present: &Values) -> bool {
    let Condition { other, value, .. } = condition;
    let is_value = |found: &str| found.eq_ignore_ascii_case(value);
    match (ranges.get(*other), given(present, other)) {
        (Some(Range::Categorical { values }), _) => values.iter().all(|one| is_value(one)),
        (Some(_), _) => false,
        (None, Some(found)) => is_value(&found),
        (None, None) => condition.is_default,
    }
}

/// `None` where the default is left.
fn given(present: &Values, name: &str) -> Option<String> {
    let found = present.get(name).map(|value| unquoted(value).into_owned());
    found.filter(|value| value != AUTO)
}
