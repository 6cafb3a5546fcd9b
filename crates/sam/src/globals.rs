//! `Globals.Function`, folded into every function.

use serde_json::{Map, Value};

use crate::Error;
use crate::intrinsics::call;

pub(crate) const FUNCTION: &str = "AWS::Serverless::Function";

/// Maps are merged, lists are appended to the global ones, a function's own scalar wins.
/// Source: the SAM specification, "Globals section", overridable properties.
pub(crate) fn merge(globals: &Value, resources: &mut Map<String, Value>) -> Result<(), Error> {
    let Some(sections) = globals.as_object() else {
        return Ok(());
    };
    if let Some(other) = sections.keys().find(|name| *name != "Function") {
        return Err(Error::Refused {
            at: format!("Globals.{other}"),
            name: other.clone(),
            reason: "only Globals.Function is known here".to_owned(),
        });
    }
    let Some(global) = sections.get("Function") else {
        return Ok(());
    };
    for resource in resources
        .values_mut()
        .filter(|resource| resource["Type"] == FUNCTION)
    {
        let own = resource["Properties"].take();
        resource["Properties"] = merged(global, own);
    }
    Ok(())
}

fn merged(global: &Value, own: Value) -> Value {
    match (global, own) {
        (_, own) if is_function(global) || is_function(&own) => {
            if own.is_null() {
                global.clone()
            } else {
                own
            }
        }
        (global, Value::Null) => global.clone(),
        (Value::Object(global), Value::Object(mut own)) => {
            let mut result = Map::new();
            for (key, value) in global {
                result.insert(
                    key.clone(),
                    merged(value, own.shift_remove(key).unwrap_or(Value::Null)),
                );
            }
            result.extend(own);
            Value::Object(result)
        }
        (Value::Array(global), Value::Array(own)) => {
            Value::Array(global.iter().cloned().chain(own).collect())
        }
        (_, own) => own,
    }
}

fn is_function(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|object| call::function(object).is_some())
}
