//! `Join`, `Split`, `Select`, `Base64`: functions on texts and lists. Their arguments are plain values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::Error;

pub(super) fn join(delimiter: &Value, items: &Value, at: &str) -> Result<Value, Error> {
    let delimiter = text(delimiter, at)?;
    let items = list(items, at)?
        .iter()
        .map(|item| text(item, at))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Value::String(items.join(&delimiter)))
}

pub(super) fn split(delimiter: &Value, source: &Value, at: &str) -> Result<Value, Error> {
    let (delimiter, source) = (text(delimiter, at)?, text(source, at)?);
    Ok(source
        .split(delimiter.as_str())
        .map(|part| Value::String(part.to_owned()))
        .collect())
}

pub(super) fn select(index: &Value, items: &Value, at: &str) -> Result<Value, Error> {
    let place = text(index, at)?.parse::<usize>();
    let item = list(items, at)?.get(place.unwrap_or(usize::MAX));
    item.cloned()
        .ok_or_else(|| Error::shape(at, "an index within the list", index))
}

pub(super) fn base64(plain: &Value, at: &str) -> Result<Value, Error> {
    Ok(Value::String(STANDARD.encode(text(plain, at)?)))
}

fn list<'v>(items: &'v Value, at: &str) -> Result<&'v [Value], Error> {
    match items {
        Value::Array(items) => Ok(items),
        other => Err(Error::shape(at, "a list", other)),
    }
}

/// A scalar as CloudFormation writes it into a text.
pub(crate) fn text(value: &Value, at: &str) -> Result<String, Error> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        other => Err(Error::shape(at, "a text", other)),
    }
}
