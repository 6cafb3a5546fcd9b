//! Parameters: their declared types, defaults and the values a start gives.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::definition::{Definition, Parameter, ParameterKind};

/// A parameter as `StartPipelineExecution` takes it: always text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GivenParameter {
    pub name: String,
    pub value: String,
}

/// Every declared parameter with its value: the given one, else the default.
pub fn bind(
    definition: &Definition,
    given: &[GivenParameter],
) -> Result<BTreeMap<String, Value>, String> {
    for parameter in given {
        if !definition
            .parameters
            .iter()
            .any(|p| p.name == parameter.name)
        {
            return Err(format!(
                "the pipeline declares no parameter '{}'",
                parameter.name
            ));
        }
    }
    let mut bound = BTreeMap::new();
    for parameter in &definition.parameters {
        let value = match given.iter().find(|g| g.name == parameter.name) {
            Some(given) => from_text(parameter, &given.value)?,
            None => parameter.default_value.clone().ok_or_else(|| {
                format!(
                    "parameter '{}' has no default and was not given",
                    parameter.name
                )
            })?,
        };
        parameter.check(&value)?;
        bound.insert(parameter.name.clone(), value);
    }
    Ok(bound)
}

fn from_text(parameter: &Parameter, text: &str) -> Result<Value, String> {
    let parsed = match parameter.kind {
        ParameterKind::String => Some(Value::from(text)),
        ParameterKind::Integer => text.parse::<i64>().ok().map(Value::from),
        ParameterKind::Float => text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Value::from),
        ParameterKind::Boolean => match text {
            "true" | "True" => Some(true.into()),
            "false" | "False" => Some(false.into()),
            _ => None,
        },
    };
    parsed.ok_or_else(|| {
        format!(
            "parameter '{}' is {:?}, not '{text}'",
            parameter.name, parameter.kind
        )
    })
}
