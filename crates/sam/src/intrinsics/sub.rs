//! `Sub`: a text with `${Name}`, `${Name.Attribute}` and `${!literal}`.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::strings;
use crate::Error;

/// A piece of a `Sub` text.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece<'t> {
    Text(Cow<'t, str>),
    Variable(&'t str),
}

/// The text with each variable's `value`.
pub(super) fn filled(
    text: &str,
    at: &str,
    value: impl Fn(&str) -> Result<Value, Error>,
) -> Result<Value, Error> {
    let mut result = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => result.push_str(&text),
            Piece::Variable(name) => result.push_str(&strings::text(&value(name)?, at)?),
        }
    }
    Ok(Value::String(result))
}

/// What the two-element form gives beside its text.
type Variables<'v> = Option<&'v Map<String, Value>>;

/// The text and the variables of the two-element form.
pub(crate) fn parts<'v>(argument: &'v Value, at: &str) -> Result<(&'v str, Variables<'v>), Error> {
    match argument {
        Value::String(text) => Ok((text, None)),
        Value::Array(pair) => match pair.as_slice() {
            [Value::String(text), Value::Object(variables)] => Ok((text, Some(variables))),
            _ => Err(Error::shape(at, "[text, variables]", argument)),
        },
        _ => Err(Error::shape(at, "a text after Sub", argument)),
    }
}

pub(crate) fn pieces(mut text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    while let Some(start) = text.find("${") {
        let Some(length) = text[start..].find('}') else {
            break;
        };
        pieces.push(Piece::Text(Cow::Borrowed(&text[..start])));
        let inside = &text[start + 2..start + length];
        pieces.push(match inside.strip_prefix('!') {
            Some(literal) => Piece::Text(Cow::Owned(format!("${{{literal}}}"))),
            None => Piece::Variable(inside.trim()),
        });
        text = &text[start + length + 1..];
    }
    pieces.push(Piece::Text(Cow::Borrowed(text)));
    pieces
}
