//! Event patterns: what EventBridge allows, matched by quamina.

use quamina::Quamina;
use serde_json::{Map, Value};

use local_core::wire::AwsError;

/// Operators that EventBridge and quamina both have, with the same meaning.
const OPERATORS: [&str; 8] = [
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
];

/// Ready to match.
pub struct Pattern(Quamina<()>);

impl Pattern {
    pub fn parse(text: &str) -> Result<Self, AwsError> {
        let pattern: Value =
            serde_json::from_str(text).map_err(|error| invalid(&error.to_string()))?;
        if pattern.as_object().is_none_or(Map::is_empty) {
            return Err(invalid("a pattern is an object with at least one field"));
        }
        check(&pattern, "")?;
        let mut matcher = Quamina::new();
        matcher
            .add_pattern((), text)
            .map_err(|error| invalid(&error.to_string()))?;
        Ok(Self(matcher))
    }

    /// `event` is JSON of ours, so that it cannot fail to parse.
    pub fn matches(&self, event: &str) -> bool {
        self.0.has_matches(event.as_bytes()).unwrap_or(false)
    }
}

/// Names what is not honoured, where quamina would only say that it is wrong.
fn check(pattern: &Value, at: &str) -> Result<(), AwsError> {
    let Some(fields) = pattern.as_object() else {
        return Err(invalid(&format!("{at} must be an object or a list")));
    };
    for (name, value) in fields {
        let at = if at.is_empty() {
            name.clone()
        } else {
            format!("{at}.{name}")
        };
        if name == "$or" {
            return Err(invalid(
                "local-aws does not honour $or: put one rule for each branch",
            ));
        }
        match value {
            Value::Array(choices) if choices.is_empty() => {
                return Err(invalid(&format!("{at} has an empty list")));
            }
            Value::Array(choices) => choices
                .iter()
                .try_for_each(|choice| check_choice(choice, &at))?,
            nested => check(nested, &at)?,
        }
    }
    Ok(())
}

fn check_choice(choice: &Value, at: &str) -> Result<(), AwsError> {
    match choice {
        Value::Object(operator) => match operator
            .keys()
            .find(|name| !OPERATORS.contains(&name.as_str()))
        {
            Some(name) => Err(invalid(&format!(
                "{at}: local-aws does not honour the operator {name}"
            ))),
            None if operator.len() == 1 => Ok(()),
            None => Err(invalid(&format!("{at}: one operator in each object"))),
        },
        Value::Array(_) => Err(invalid(&format!("{at}: a list within a list"))),
        _ => Ok(()),
    }
}

fn invalid(reason: &str) -> AwsError {
    AwsError::new(
        400,
        "InvalidEventPatternException",
        format!("Event pattern is not valid. Reason: {reason}"),
    )
}

#[cfg(test)]
mod tests;
