//! References inside arguments: `{"Get": "..."}`, and the property paths behind them.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// `Parameters.X`
    Parameter(String),
    /// `Execution.X`
    Execution(Variable),
    /// `Steps.Name.Path`: a member of what Describe answers for the step's resource.
    Property { step: String, path: Vec<Segment> },
    /// `Steps.Name.PropertyFiles.File`
    File { step: String, file: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    PipelineName,
    PipelineArn,
    PipelineExecutionId,
    PipelineExecutionArn,
    StartDateTime,
    CurrentDateTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    Name(String),
    Index(usize),
    /// `['name']`: a map's key, or the list element so named.
    Key(String),
}

#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a reference that a pipeline can resolve")]
pub struct ReferenceError(pub String);

/// Parses the text of a `Get`.
pub fn parse(get: &str) -> Result<Reference, ReferenceError> {
    let wrong = || ReferenceError(get.to_owned());
    if let Some(name) = get.strip_prefix("Parameters.") {
        return Ok(Reference::Parameter(name.to_owned()));
    }
    if let Some(name) = get.strip_prefix("Execution.") {
        return variable(name).map(Reference::Execution).ok_or_else(wrong);
    }
    let rest = get.strip_prefix("Steps.").ok_or_else(wrong)?;
    let (step, path) = rest.split_once('.').ok_or_else(wrong)?;
    let step = step.to_owned();
    if let Some(file) = path.strip_prefix("PropertyFiles.") {
        let file = file.to_owned();
        return Ok(Reference::File { step, file });
    }
    let path = segments(path).ok_or_else(wrong)?;
    Ok(Reference::Property { step, path })
}

/// `a.b[0]['c'].d` in its parts; `None` where the text is no path.
pub fn segments(path: &str) -> Option<Vec<Segment>> {
    let mut found = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (segment, after) = bracket(inner)?;
            found.push(segment);
            rest = after;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            if end == 0 {
                return None;
            }
            found.push(Segment::Name(name[..end].to_owned()));
            rest = &name[end..];
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The value at a path. A list element is found by number, or by its name: the member of the
/// element that ends with `Name`, as in `Outputs['train']` for `OutputName`.
pub fn at<'v>(value: &'v Value, path: &[Segment]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, segment| match segment {
        Segment::Name(name) => value.get(name),
        Segment::Index(index) => value.get(index),
        Segment::Key(key) => match value {
            Value::Array(items) => items.iter().find(|item| is_named(item, key)),
            _ => value.get(key),
        },
    })
}

/// Every reference inside a value, those of joins and property files too.
pub fn references(value: &Value) -> Result<Vec<Reference>, ReferenceError> {
    let mut found = Vec::new();
    collect(value, &mut found)?;
    Ok(found)
}

fn collect(value: &Value, found: &mut Vec<Reference>) -> Result<(), ReferenceError> {
    match value {
        Value::Object(members) => {
            if let Some(get) = get_of(value) {
                found.push(parse(get)?);
                return Ok(());
            }
            members.values().try_for_each(|v| collect(v, found))
        }
        Value::Array(items) => items.iter().try_for_each(|v| collect(v, found)),
        _ => Ok(()),
    }
}

/// The text of `{"Get": "..."}`, if the value is that and nothing else.
pub fn get_of(value: &Value) -> Option<&str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get("Get")?.as_str()
}

fn bracket(inner: &str) -> Option<(Segment, &str)> {
    let quote = inner.chars().next().filter(|c| *c == '\'' || *c == '"');
    if let Some(quote) = quote {
        let (key, after) = inner[1..].split_once(quote)?;
        return Some((Segment::Key(key.to_owned()), after.strip_prefix(']')?));
    }
    let (index, after) = inner.split_once(']')?;
    Some((Segment::Index(index.parse().ok()?), after))
}

fn is_named(item: &Value, name: &str) -> bool {
    item.as_object().is_some_and(|members| {
        members
            .iter()
            .any(|(member, value)| member.ends_with("Name") && value == name)
    })
}

fn variable(name: &str) -> Option<Variable> {
    Some(match name {
        "PipelineName" => Variable::PipelineName,
        "PipelineArn" => Variable::PipelineArn,
        "PipelineExecutionId" => Variable::PipelineExecutionId,
        "PipelineExecutionArn" => Variable::PipelineExecutionArn,
        "StartDateTime" => Variable::StartDateTime,
        "CurrentDateTime" => Variable::CurrentDateTime,
        _ => return None,
    })
}
