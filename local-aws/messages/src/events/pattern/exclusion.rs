//! `anything-but` with an operator: a field has a value that the operator does not match.

use quamina::Quamina;
use serde_json::{Value, json};

use super::matcher::matcher;
use super::refusal::{invalid, not_honoured};
use local_core::wire::AwsError;

/// The operators that EventBridge takes here.
const OPERATORS: [&str; 4] = ["equals-ignore-case", "prefix", "suffix", "wildcard"];

pub struct Exclusion {
    path: Vec<String>,
    /// Matches `{"value": …}` for a value that is excluded.
    excluded: Quamina<()>,
}

/// What follows `anything-but` where it is an operator.
pub fn operator_of(choice: &Value) -> Option<&Value> {
    choice.get("anything-but").filter(|but| but.is_object())
}

impl Exclusion {
    /// `operator` is `{"prefix": "a"}` or `{"prefix": ["a", "b"]}`.
    pub fn new(path: &[String], operator: &Value) -> Result<Self, AwsError> {
        let at = path.join(".");
        let mut members = operator.as_object().into_iter().flatten();
        let (Some((name, operand)), None) = (members.next(), members.next()) else {
            return Err(invalid(&format!("{at}: one operator in each anything-but")));
        };
        if !OPERATORS.contains(&name.as_str()) {
            return Err(not_honoured(&at, &format!("anything-but with {name}")));
        }
        let operands = match operand {
            Value::Array(operands) if !operands.is_empty() => operands.as_slice(),
            one => std::slice::from_ref(one),
        };
        let choices: Vec<Value> = operands.iter().map(|one| json!({ name: one })).collect();
        Ok(Self {
            path: path.to_vec(),
            excluded: matcher(&json!({ "value": choices }))?,
        })
    }

    pub fn allows(&self, event: &Value) -> bool {
        let mut values = Vec::new();
        collect(event, &self.path, &mut values);
        values.into_iter().any(|value| {
            let alone = json!({ "value": value }).to_string();
            !self.excluded.has_matches(alone.as_bytes()).unwrap_or(true)
        })
    }
}

/// Every single value at a path; a list stands for each of its items.
fn collect<'a>(value: &'a Value, path: &[String], values: &mut Vec<&'a Value>) {
    match (value, path) {
        (Value::Array(items), _) => items.iter().for_each(|item| collect(item, path, values)),
        (Value::Object(_), [first, rest @ ..]) => {
            value
                .get(first)
                .into_iter()
                .for_each(|inner| collect(inner, rest, values));
        }
        (Value::Object(_), []) => {}
        (value, []) => values.push(value),
        (_, _) => {}
    }
}
