//! Names of transformers' `TrainingArguments` for BERT's hyperparameters.

use contracts::tuning::Values;

use super::value::{AUTO, unquoted};

/// transformers' names and ours.
pub const ALIASES: [(&str, &str); 7] = [
    ("num_train_epochs", "epochs"),
    ("per_device_train_batch_size", "train_batch_size"),
    ("per_device_eval_batch_size", "validation_batch_size"),
    ("gradient_accumulation_steps", "gradient_accumulation"),
    ("early_stopping_patience", "patience"),
    ("save_steps", "checkpoint_steps"),
    ("load_best_model_at_end", "keep"),
];

/// The values with our names for transformers', of those of ours that are `wanted`. A pipeline always passes some of ours:
/// `auto` gives way to the other name's value. Errors name a hyperparameter that is given twice.
pub fn with_our_names(mut values: Values, wanted: impl Fn(&str) -> bool) -> Result<Values, String> {
    for (theirs, ours) in ALIASES.into_iter().filter(|(_, ours)| wanted(ours)) {
        let Some(value) = values.remove(theirs) else {
            continue;
        };
        let value = translated(theirs, &unquoted(&value))?;
        if value == AUTO {
            continue;
        }
        if values
            .get(ours)
            .is_some_and(|given| unquoted(given) != AUTO)
        {
            return Err(format!(
                "the hyperparameters `{theirs}` and `{ours}` are the same one: give one of them"
            ));
        }
        values.insert(ours.to_owned(), value);
    }
    Ok(values)
}

fn translated(name: &str, value: &str) -> Result<String, String> {
    let value = match name {
        "load_best_model_at_end" => match value.to_ascii_lowercase().as_str() {
            "true" => "best",
            "false" => "last",
            AUTO => AUTO,
            _ => {
                return Err(format!(
                    "hyperparameter `{name}`: {value:?} is not true or false"
                ));
            }
        },
        // A number with a fraction in transformers; an epoch here is a whole one.
        "num_train_epochs" => value.strip_suffix(".0").unwrap_or(value),
        _ => value,
    };
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::value::values;
    use super::*;

    fn all(pairs: &[(&str, &str)]) -> Result<Values, String> {
        with_our_names(values(pairs), |_| true)
    }

    #[test]
    fn transformers_names_are_ours() {
        let given = [
            ("num_train_epochs", "4.0"),
            ("per_device_train_batch_size", "8"),
            ("per_device_eval_batch_size", "9"),
            ("gradient_accumulation_steps", "2"),
            ("early_stopping_patience", "5"),
            ("save_steps", "10"),
            ("load_best_model_at_end", "\"False\""),
            ("seed", "1"),
        ];
        let ours = [
            ("epochs", "4"),
            ("train_batch_size", "8"),
            ("validation_batch_size", "9"),
            ("gradient_accumulation", "2"),
            ("patience", "5"),
            ("checkpoint_steps", "10"),
            ("keep", "last"),
            ("seed", "1"),
        ];
        assert_eq!(all(&given), Ok(values(&ours)));
        let twice = all(&[("num_train_epochs", "4"), ("epochs", "4")]).unwrap_err();
        assert!(twice.contains("`num_train_epochs` and `epochs` are the same one"));
        let unsure = all(&[("load_best_model_at_end", "maybe")]).unwrap_err();
        assert!(unsure.contains("`load_best_model_at_end`: \"maybe\""));
    }

    /// A pipeline passes `auto` under our names beside whatever a person gives.
    #[test]
    fn auto_gives_way_to_the_same_one_under_its_other_name() {
        let given = [("epochs", "\"auto\""), ("num_train_epochs", "4")];
        assert_eq!(all(&given), Ok(values(&[("epochs", "4")])));
        let given = [("epochs", "7"), ("num_train_epochs", "auto")];
        assert_eq!(all(&given), Ok(values(&[("epochs", "7")])));
    }

    #[test]
    fn only_the_wanted_ones_are_renamed() {
        let given = values(&[("num_train_epochs", "4"), ("save_steps", "10")]);
        let renamed = with_our_names(given, |name| name == "epochs");
        assert_eq!(
            renamed,
            Ok(values(&[("epochs", "4"), ("save_steps", "10")]))
        );
    }
}
