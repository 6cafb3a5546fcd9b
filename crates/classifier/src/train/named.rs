//! Hyperparameters by name: SageMaker passes strings, and unknown names are refused.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use anyhow::{Result, bail};

/// A set of hyperparameters, its defaults being the starting point.
pub trait Named: Clone + Default {
    /// The one list of names.
    fn each(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Field));

    /// Errors name the hyperparameter whose value cannot be.
    fn check(&self) -> Result<()>;
}

/// Says that a hyperparameter is to have its default: a pipeline passes the same names to any
/// algorithm.
pub const AUTO: &str = "auto";

/// Errors name the hyperparameter.
pub fn parse<T: Named>(values: &BTreeMap<String, String>) -> Result<T> {
    let mut parsed = T::default();
    for (name, value) in values {
        set(&mut parsed, name, &unquoted(value))?;
    }
    parsed.check()?;
    Ok(parsed)
}

/// All of them, the defaults too, as SageMaker would pass them.
pub fn to_strings<T: Named>(hyperparameters: &T) -> BTreeMap<String, String> {
    let mut strings = BTreeMap::new();
    hyperparameters.clone().each(&mut |name, field| {
        strings.insert(name.to_owned(), field.get());
    });
    strings
}

/// The SageMaker Python SDK passes each value as JSON: strings arrive quoted and escaped.
pub fn unquoted(value: &str) -> Cow<'_, str> {
    let quoted = value
        .starts_with('"')
        .then(|| serde_json::from_str(value).ok());
    quoted.flatten().map_or(Cow::Borrowed(value), Cow::Owned)
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
