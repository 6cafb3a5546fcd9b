//! One row of JSON.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{Lines, MAXIMUM_ROW_BYTES, RowError};

pub type Object = Map<String, Value>;

/// A row in its place.
#[derive(Debug)]
pub struct Entry {
    pub lines: Lines,
    pub object: Result<Object, RowError>,
}

pub fn too_long() -> RowError {
    let detail = format!("more than {MAXIMUM_ROW_BYTES} bytes");
    RowError::new("", "too long", detail)
}

pub const NOT_JSON: &str = "not JSON";

/// The row's object. serde_json's message names the place in the row and quotes nothing of it.
pub fn object(bytes: &[u8]) -> Result<Object, RowError> {
    match serde_json::from_slice(&without_nan(bytes)) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(RowError::new("", "not a JSON object", "")),
        Err(_) if std::str::from_utf8(bytes).is_err() => {
            Err(RowError::new("", "not UTF-8", "save the file as UTF-8"))
        }
        Err(error) => Err(RowError::new("", NOT_JSON, error.to_string())),
    }
}

/// Python writes `NaN` for a missing value, which JSON does not know: it becomes `null`.
fn without_nan(bytes: &[u8]) -> Cow<'_, [u8]> {
    const NAN: &[u8] = b"NaN";
    if !bytes.windows(NAN.len()).any(|word| word == NAN) {
        return bytes.into();
    }
    let mut replaced = Vec::with_capacity(bytes.len() + 16);
    let (mut in_string, mut escaped) = (false, false);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !in_string && bytes[at..].starts_with(NAN) {
            replaced.extend_from_slice(b"null");
            at += NAN.len();
            continue;
        }
        in_string ^= *byte == b'"' && !escaped;
        escaped = in_string && *byte == b'\\' && !escaped;
        replaced.push(*byte);
        at += 1;
    }
    replaced.into()
}
