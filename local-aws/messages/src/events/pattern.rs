//! Event patterns: what EventBridge allows, matched by quamina.
//!
//! Quamina has no exclusion by prefix, suffix, wildcard or letter case. In its place it asks that
//! the field exists, and [`exclusion`] looks at the field's values; what ignores the letter case at
//! one end of a text becomes a regular expression.

mod exclusion;
mod letters;
mod matcher;
mod refusal;

use quamina::Quamina;
use serde_json::{Map, Value, json};

use exclusion::Exclusion;
use local_core::wire::AwsError;
use matcher::matcher;
use refusal::{invalid, not_honoured};

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
pub struct Pattern {
    matcher: Quamina<()>,
    exclusions: Vec<Exclusion>,
}

impl Pattern {
    pub fn parse(text: &str) -> Result<Self, AwsError> {
        let mut pattern: Value =
            serde_json::from_str(text).map_err(|error| invalid(&error.to_string()))?;
        if pattern.as_object().is_none_or(Map::is_empty) {
            return Err(invalid("a pattern is an object with at least one field"));
        }
        let mut exclusions = Vec::new();
        rewrite(&mut pattern, &mut Vec::new(), &mut exclusions)?;
        let matcher = matcher(&pattern)?;
        Ok(Self {
            matcher,
            exclusions,
        })
    }

    /// `event` is JSON of ours, so that it cannot fail to parse.
    pub fn matches(&self, event: &str) -> bool {
        if !self.matcher.has_matches(event.as_bytes()).unwrap_or(false) {
            return false;
        }
        if self.exclusions.is_empty() {
            return true;
        }
        let event: Value = serde_json::from_str(event).unwrap_or_default();
        self.exclusions
            .iter()
            .all(|exclusion| exclusion.allows(&event))
    }
}

/// Turns what quamina does not know into what it knows, and names what is not honoured, where
/// quamina would only say that it is wrong.
fn rewrite(
    pattern: &mut Value,
    path: &mut Vec<String>,
    exclusions: &mut Vec<Exclusion>,
) -> Result<(), AwsError> {
    let Some(fields) = pattern.as_object_mut() else {
        return Err(invalid(&format!(
            "{} must be an object or a list",
            path.join(".")
        )));
    };
    for (name, value) in fields {
        if name == "$or" {
            return Err(not_honoured(
                "a pattern",
                "$or (put one rule for each branch)",
            ));
        }
        path.push(name.clone());
        let at = path.join(".");
        match value {
            Value::Array(choices) if choices.is_empty() => {
                return Err(invalid(&format!("{at} has an empty list")));
            }
            Value::Array(choices) => {
                for choice in choices.iter_mut() {
                    check_choice(choice, &at)?;
                    letters::rewrite(choice);
                }
                if let Some(excluded) = choices.iter().find_map(exclusion::operator_of) {
                    if choices.len() > 1 {
                        return Err(not_honoured(
                            &at,
                            "anything-but with an operator beside other choices",
                        ));
                    }
                    exclusions.push(Exclusion::new(path, excluded)?);
                    *value = json!([{ "exists": true }]);
                }
            }
            nested => rewrite(nested, path, exclusions)?,
        }
        path.pop();
    }
    Ok(())
}

fn check_choice(choice: &Value, at: &str) -> Result<(), AwsError> {
    match choice {
        Value::Object(operator) => match operator
            .keys()
            .find(|name| !OPERATORS.contains(&name.as_str()))
        {
            Some(name) => Err(not_honoured(at, &format!("the operator {name}"))),
            None if operator.len() == 1 => Ok(()),
            None => Err(invalid(&format!("{at}: one operator in each object"))),
        },
        Value::Array(_) => Err(invalid(&format!("{at}: a list within a list"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
