//! `Join`, `Split`, `Select`, `Base64`: functions on texts and lists.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Scope, exactly};
use crate::Error;

pub(super) fn join(scope: &Scope, argument: &Value, at: &str) -> Result<Value, Error> {
    let [delimiter, items] = exactly(argument, at, "[delimiter, list]")?;
    let delimiter = text(delimiter, at)?;
    let items = list(scope, items, at)?
        .iter()
        .map(|item| text(item, at))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Value::String(items.join(&delimiter)))
}

pub(super) fn split(scope: &Scope, argument: &Value, at: &str) -> Result<Value, Error> {
    let [delimiter, source] = exactly(argument, at, "[delimiter, text]")?;
    let (delimiter, source) = (
        text(delimiter, at)?,
        text(&scope.required(source, at)?, at)?,
    );
    Ok(source
        .split(delimiter.as_str())
        .map(|part| Value::String(part.to_owned()))
        .collect())
}

pub(super) fn select(scope: &Scope, argument: &Value, at: &str) -> Result<Value, Error> {
    let [index, items] = exactly(argument, at, "[index, list]")?;
    let index = text(&scope.required(index, at)?, at)?;
    let items = list(scope, items, at)?;
    let item = index
        .parse::<usize>()
        .ok()
        .and_then(|index| items.into_iter().nth(index));
    item.ok_or_else(|| Error::shape(at, "an index within the list", argument))
}

pub(super) fn base64(scope: &Scope, argument: &Value, at: &str) -> Result<Value, Error> {
    let plain = text(&scope.required(argument, at)?, at)?;
    Ok(Value::String(STANDARD.encode(plain)))
}

fn list(scope: &Scope, items: &Value, at: &str) -> Result<Vec<Value>, Error> {
    match scope.required(items, at)? {
        Value::Array(items) => Ok(items),
        other => Err(Error::shape(at, "a list", &other)),
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
