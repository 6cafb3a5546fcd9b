//! Parameters arrive as texts and YAML authors write bare numbers: both are read as either.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub(crate) fn lenient_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(value) => scalar(value).map(Some).map_err(D::Error::custom),
    }
}

pub(crate) fn lenient_texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<String>>, D::Error> {
    let values = Option::<Vec<Value>>::deserialize(deserializer)?;
    values
        .map(|values| values.into_iter().map(scalar).collect::<Result<_, _>>())
        .transpose()
        .map_err(D::Error::custom)
}

pub(crate) fn lenient_f64<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    parsed(deserializer, "a number")
}

pub(crate) fn lenient_u64<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    parsed(deserializer, "a whole number")
}

pub(crate) fn lenient_bool<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<bool>, D::Error> {
    parsed(deserializer, "true or false")
}

fn parsed<'de, D: Deserializer<'de>, T: std::str::FromStr>(
    deserializer: D,
    expected: &str,
) -> Result<Option<T>, D::Error> {
    let Some(text) = lenient_text(deserializer)? else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| D::Error::custom(format!("expected {expected}, found {text:?}")))
}

fn scalar(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        other => Err(format!("expected a text, found {other}")),
    }
}
