//! JSON as text, and paths into it: `$.name`, `$['name']`, `$[0]`.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use serde_json::Value;

use super::row::{Function, Takes, functions, text};
use crate::error::named;

pub fn all() -> Vec<Arc<ScalarUDF>> {
    functions(FUNCTIONS)
}

static FUNCTIONS: &[Function] = &[
    Function {
        name: "json_extract_scalar",
        takes: &[Takes::Text, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            Ok(ScalarValue::Utf8(match found(row)? {
                Some(Value::String(text)) => Some(text),
                Some(scalar @ (Value::Number(_) | Value::Bool(_))) => Some(scalar.to_string()),
                _ => None,
            }))
        },
        nulls: false,
    },
    Function {
        name: "json_extract",
        takes: &[Takes::Text, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            Ok(ScalarValue::Utf8(
                found(row)?.map(|value| value.to_string()),
            ))
        },
        nulls: false,
    },
    Function {
        name: "json_array_length",
        takes: &[Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Int64,
        rule: |row, _| {
            let array: Option<Vec<Value>> = serde_json::from_str(text(&row[0])).ok();
            Ok(ScalarValue::Int64(array.map(|array| array.len() as i64)))
        },
        nulls: false,
    },
];

fn found(row: &[ScalarValue]) -> Result<Option<Value>> {
    let steps = steps(text(&row[1]))?;
    let Ok(mut value) = serde_json::from_str::<Value>(text(&row[0])) else {
        return Ok(None);
    };
    for step in steps {
        let inner = match (&mut value, step.parse::<usize>()) {
            (Value::Array(items), Ok(at)) => items.get_mut(at),
            (Value::Object(members), _) => members.get_mut(&step),
            _ => None,
        };
        match inner {
            Some(inner) => value = inner.take(),
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

fn steps(path: &str) -> Result<Vec<String>> {
    let refused = || named(format!("NOT_SUPPORTED: JSON path {path}"));
    let mut rest = path.strip_prefix('$').ok_or_else(refused)?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = if let Some(bracket) = rest.strip_prefix('[') {
            let (step, after) = bracket.split_once(']').ok_or_else(refused)?;
            (step.trim_matches(['"', '\'']), after)
        } else {
            let name = rest.strip_prefix('.').ok_or_else(refused)?;
            name.split_at(name.find(['.', '[']).unwrap_or(name.len()))
        };
        if step.is_empty() || step.contains(['*', '?', '@', ':', ',']) {
            return Err(refused());
        }
        steps.push(step.to_owned());
        rest = after;
    }
    Ok(steps)
}
