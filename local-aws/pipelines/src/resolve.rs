//! Arguments with their references replaced by values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::reference::{self, Reference, Segment, Variable, get_of};

/// The values that references can lead to while an execution runs.
#[derive(Debug, Default)]
pub struct Scope {
    pub parameters: BTreeMap<String, Value>,
    pub execution: ExecutionVariables,
    /// By step: what Describe answers for its job, model or model package.
    pub properties: BTreeMap<String, Value>,
    /// By step and property file name: the file's content.
    pub files: BTreeMap<(String, String), Value>,
}

#[derive(Debug, Default)]
pub struct ExecutionVariables {
    pub pipeline_name: String,
    pub pipeline_arn: String,
    pub execution_id: String,
    pub execution_arn: String,
    pub start: String,
    pub now: String,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ResolveError(pub String);

/// The value with every `Get`, `Std:Join` and `Std:JsonGet` replaced.
pub fn resolve(value: &Value, scope: &Scope) -> Result<Value, ResolveError> {
    match value {
        Value::Object(members) => {
            if let Some(get) = get_of(value) {
                return look_up(get, scope);
            }
            if let [(function, arguments)] = members.iter().collect::<Vec<_>>()[..]
                && function.starts_with("Std:")
            {
                return call(function, arguments, scope);
            }
            let resolved: Result<Map<_, _>, _> = members
                .iter()
                .map(|(name, value)| Ok((name.clone(), resolve(value, scope)?)))
                .collect();
            Ok(Value::Object(resolved?))
        }
        Value::Array(items) => items.iter().map(|item| resolve(item, scope)).collect(),
        other => Ok(other.clone()),
    }
}

fn look_up(get: &str, scope: &Scope) -> Result<Value, ResolveError> {
    let reference = reference::parse(get).map_err(|e| ResolveError(e.to_string()))?;
    let found = match &reference {
        Reference::Parameter(name) => scope.parameters.get(name).cloned(),
        Reference::Execution(variable) => Some(scope.execution.get(*variable).into()),
        Reference::Property { step, path } => scope
            .properties
            .get(step)
            .and_then(|described| reference::at(described, path))
            .cloned(),
        Reference::File { step, file } => scope.files.get(&(step.clone(), file.clone())).cloned(),
    };
    found
        .filter(|value| !value.is_null())
        .ok_or_else(|| ResolveError(format!("'{get}' has no value")))
}

fn call(function: &str, arguments: &Value, scope: &Scope) -> Result<Value, ResolveError> {
    match function {
        "Std:Join" => join(arguments, scope),
        "Std:JsonGet" => json_get(arguments, scope),
        _ => Err(ResolveError(format!(
            "function '{function}' is not supported"
        ))),
    }
}

fn join(arguments: &Value, scope: &Scope) -> Result<Value, ResolveError> {
    let wrong = || ResolveError(format!("Std:Join needs On and Values, got {arguments}"));
    let on = arguments["On"].as_str().ok_or_else(wrong)?;
    let values = arguments["Values"].as_array().ok_or_else(wrong)?;
    let parts: Result<Vec<String>, _> = values
        .iter()
        .map(|value| resolve(value, scope).and_then(|value| text(&value)))
        .collect();
    Ok(parts?.join(on).into())
}

/// Strings as they are, numbers and booleans as JSON writes them.
fn text(value: &Value) -> Result<String, ResolveError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(ResolveError(format!("Std:Join cannot join {value}"))),
    }
}

fn json_get(arguments: &Value, scope: &Scope) -> Result<Value, ResolveError> {
    let wrong = || {
        ResolveError(format!(
            "Std:JsonGet needs PropertyFile and Path, got {arguments}"
        ))
    };
    let get = get_of(&arguments["PropertyFile"]).ok_or_else(wrong)?;
    let file = look_up(get, scope)?;
    let path = resolve(&arguments["Path"], scope)?;
    let path = path.as_str().ok_or_else(wrong)?;
    let segments = json_path(path).ok_or_else(wrong)?;
    reference::at(&file, &segments)
        .filter(|value| !value.is_null())
        .cloned()
        .ok_or_else(|| ResolveError(format!("'{path}' is not in property file '{get}'")))
}

/// `JsonPath` as far as pipelines use it: members, indexes and quoted keys, with or without `$`.
fn json_path(path: &str) -> Option<Vec<Segment>> {
    reference::segments(path.strip_prefix('$').unwrap_or(path))
}

impl ExecutionVariables {
    fn get(&self, variable: Variable) -> &str {
        match variable {
            Variable::PipelineName => &self.pipeline_name,
            Variable::PipelineArn => &self.pipeline_arn,
            Variable::PipelineExecutionId => &self.execution_id,
            Variable::PipelineExecutionArn => &self.execution_arn,
            Variable::StartDateTime => &self.start,
            Variable::CurrentDateTime => &self.now,
        }
    }
}
