//! Hyperparameters by name: SageMaker passes strings, and unknown names are refused.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};
use policy::hyperparameters::{Condition, conditions, merged};

pub use policy::hyperparameters::{AUTO, unquoted};

/// As SageMaker passes them.
pub type Values = BTreeMap<String, String>;

/// A set of hyperparameters, its defaults being the starting point.
pub trait Named: Clone + Default {
    fn each(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Field));
}

/// Declares a set of hyperparameters: each is stated once, with its type and its default.
macro_rules! hyperparameters {
    ($(#[$of_set:meta])* pub struct $set:ident { $($(#[$of_field:meta])* $name:ident: $kind:ty = $default:expr,)* }) => {
        $(#[$of_set])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $set { $($(#[$of_field])* pub $name: $kind,)* }

        impl Default for $set {
            fn default() -> $set {
                $set { $($name: $default,)* }
            }
        }

        impl $crate::training::named::Named for $set {
            fn each(&mut self, visit: &mut dyn FnMut(&str, &mut dyn $crate::training::named::Field)) {
                $(visit(stringify!($name), &mut self.$name);)*
            }
        }
    };
}
pub(crate) use hyperparameters;

/// Reads `hyperparameters.json`; a job that was given none has no such file. What SageMaker itself adds is left out: a
/// tuning job the name of its objective, the Python SDK's framework estimators names that begin with `sagemaker_`. The
/// hyperparameter `hyperparameters` is an object of further ones, which stand beside the others.
pub fn read(path: &Path) -> Result<Values> {
    if !path.is_file() {
        return Ok(Values::new());
    }
    let json = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let mut values: Values = serde_json::from_slice(&json)
        .with_context(|| format!("{} is no map of strings", path.display()))?;
    values.retain(|name, _| {
        let is_sagemakers = name == "_tuning_objective_metric" || name.starts_with("sagemaker_");
        if is_sagemakers {
            tracing::info!("the hyperparameter `{name}` is SageMaker's own and changes nothing");
        }
        !is_sagemakers
    });
    merged(values).map_err(anyhow::Error::msg)
}

/// What the pipeline passes a value of to any algorithm, whether or not a person gave one.
const ALWAYS_PASSED: [&str; 2] = ["max_seq_length", "seed"];

/// Leaves out the names that the pipeline passes to any algorithm and this one has no use for. A value that only a
/// person gives would change nothing: it is refused by its name.
pub fn without(values: &Values, unused: &[&str], algorithm: &str) -> Result<Values> {
    let mut own = values.clone();
    for name in unused {
        let Some(value) = own.remove(*name) else {
            continue;
        };
        ensure!(
            ALWAYS_PASSED.contains(name) || unquoted(&value) == AUTO,
            "{algorithm} has no use for the hyperparameter `{name}`, which is {value}: leave it out or at `auto`"
        );
        tracing::info!("{algorithm} has no use for the hyperparameter `{name}`");
    }
    Ok(own)
}

/// Errors name the hyperparameter.
pub fn parse<T: Named>(values: &Values) -> Result<T> {
    let mut parsed = T::default();
    for (name, value) in values {
        set(&mut parsed, name, &unquoted(value))?;
    }
    Ok(parsed)
}

/// All of them, the defaults too, as SageMaker would pass them.
pub fn to_strings<T: Named>(hyperparameters: &T) -> Values {
    let mut strings = Values::new();
    hyperparameters.clone().each(&mut |name, field| {
        strings.insert(name.to_owned(), field.get());
    });
    strings
}

/// Refuses one that has no effect beside the others.
pub fn refuse_idle<T: Named>(hyperparameters: &T, algorithm: &str) -> Result<()> {
    let own = to_strings(hyperparameters);
    for condition in conditions(algorithm) {
        let Condition {
            name, other, needs, ..
        } = condition;
        ensure!(
            !condition.is_wish(&own[*name]) || needs.holds(&own[*other]),
            "hyperparameter {condition}: change `{other}`, or leave `{name}` out"
        );
    }
    Ok(())
}

fn set<T: Named>(hyperparameters: &mut T, name: &str, value: &str) -> Result<()> {
    let mut outcome = None;
    hyperparameters.each(&mut |field_name, field| {
        if field_name == name {
            outcome = Some(if value == AUTO {
                Ok(())
            } else {
                field.set(value)
            });
        }
    });
    match outcome {
        Some(Ok(())) => Ok(()),
        Some(Err(reason)) => {
            bail!("hyperparameter `{name}`: {value:?} cannot be read: {reason}")
        }
        None => bail!("hyperparameter {name:?} is not known"),
    }
}

/// A value that can be read from a string and written as one.
pub trait Field {
    fn set(&mut self, value: &str) -> Result<(), String>;
    fn get(&self) -> String;
}

impl<T: FromStr<Err: Display> + Display> Field for T {
    fn set(&mut self, value: &str) -> Result<(), String> {
        // BlazingText's users write Python's booleans.
        let lower = matches!(value, "True" | "False").then(|| value.to_lowercase());
        let value = lower.as_deref().unwrap_or(value);
        *self = value.parse().map_err(|error: T::Err| error.to_string())?;
        Ok(())
    }

    fn get(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sagemakers_own_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hyperparameters.json");
        let given = r#"{"_tuning_objective_metric": "validation:accuracy", "sagemaker_program": "\"train.py\"", "epochs": "3"}"#;
        fs::write(&path, given).unwrap();
        let expected = Values::from([("epochs".to_owned(), "3".to_owned())]);
        assert_eq!(read(&path).unwrap(), expected);
        assert_eq!(read(&folder.path().join("none")).unwrap(), Values::new());
    }

    #[test]
    fn a_value_that_changes_nothing_is_refused_and_what_is_always_passed_is_left_out() {
        let own = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            let values = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let unused = ["epochs", "max_seq_length", "seed"];
            without(&values.collect(), &unused, "a regression")
        };
        let passed = [("epochs", "\"auto\""), ("seed", "7"), ("c", "2")];
        let left = Values::from([("c".to_owned(), "2".to_owned())]);
        assert_eq!(own(&passed).unwrap(), left);
        assert_eq!(own(&[("max_seq_length", "64"), ("c", "2")]).unwrap(), left);
        let error = own(&[("epochs", "5")]).unwrap_err().to_string();
        assert!(
            error.contains("a regression has no use for the hyperparameter `epochs`, which is 5"),
            "{error}"
        );
    }

    #[test]
    fn an_object_of_further_ones_stands_beside_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hyperparameters.json");
        let read = |given: &str| {
            fs::write(&path, given).unwrap();
            read(&path)
        };
        let found = read(r#"{"epochs": "auto", "hyperparameters": "{\"epochs\": 3, \"c\": 0.5}"}"#);
        let expected = [("c", "0.5"), ("epochs", "3")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(found.unwrap(), Values::from(expected));
        let twice = read(r#"{"epochs": "4", "hyperparameters": "{\"epochs\": 3}"}"#);
        let twice = twice.unwrap_err().to_string();
        assert!(twice.contains("`epochs` is given twice"), "{twice}");
    }
}
