//! A hyperparameter's value.

use std::borrow::Cow;

/// Says that a hyperparameter is to have its default: a pipeline passes the same names to any
/// algorithm.
pub const AUTO: &str = "auto";

/// The SageMaker Python SDK passes each value as JSON: strings arrive quoted and escaped.
pub fn unquoted(value: &str) -> Cow<'_, str> {
    let quoted = value
        .starts_with('"')
        .then(|| serde_json::from_str(value).ok());
    quoted.flatten().map_or(Cow::Borrowed(value), Cow::Owned)
}

#[cfg(test)]
pub fn values(pairs: &[(&str, &str)]) -> contracts::tuning::Values {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
