//! How a call of an intrinsic function is written.

use serde_json::{Map, Value};

use crate::Error;
use crate::reference::Reference;

/// An object that is one function call, and nothing else.
pub(crate) fn function(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = object.iter().next()?;
    (object.len() == 1 && (name == "Ref" || name.starts_with("Fn::")))
        .then_some((name.as_str(), argument))
}

pub(crate) fn get_att(argument: &Value, at: &str) -> Result<Reference, Error> {
    match argument.as_array().map(Vec::as_slice) {
        Some([Value::String(logical_id), Value::String(attribute)]) => Ok(Reference::Attribute {
            logical_id: logical_id.clone(),
            attribute: attribute.clone(),
        }),
        _ => Err(Error::shape(at, "[resource, attribute]", argument)),
    }
}

pub(crate) fn exactly<'v, const N: usize>(
    argument: &'v Value,
    at: &str,
    expected: &str,
) -> Result<&'v [Value; N], Error> {
    argument
        .as_array()
        .and_then(|items| items.as_slice().try_into().ok())
        .ok_or_else(|| Error::shape(at, expected, argument))
}
