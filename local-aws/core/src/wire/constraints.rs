//! AWS's limits on members, as data: checked before an operation reads its request.
//!
//! A crate lists the constraints of its operations in one table and brings it with its part.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use regex::Regex;
use serde_json::Value;

use super::error::AwsError;
use crate::cloud::Cloud;

/// One limit on one member of one operation's request.
#[derive(Debug, Clone, Copy)]
pub struct Constraint {
    pub operation: &'static str,
    /// `A.B`; `A[].B` for every item; `A{}` for every value of a map and `A{key}` for every key.
    pub member: &'static str,
    pub rule: Rule,
}

#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// The whole text matches this regular expression.
    Pattern(&'static str),
    /// Characters of a text.
    Length(usize, usize),
    /// A number, both ends included.
    Range(i64, i64),
    /// Items of a list, or entries of a map.
    Items(usize, usize),
    OneOf(&'static [&'static str]),
    /// The rule, for a member whose value no sentence shows: a name, a password, a text.
    Hidden(&'static Rule),
}

/// The constraints of one service, and the code of the error that it answers.
#[derive(Debug, Clone)]
pub struct Constraints {
    /// `ValidationException` for most.
    pub code: &'static str,
    pub table: Cow<'static, [Constraint]>,
}

/// A table of constraints, operation by operation.
///
/// ```text
/// constraints! {
///     "CreateTrainingJob" {
///         "TrainingJobName": Pattern(NAME), Length(1, 63);
///     }
/// }
/// ```
#[macro_export]
macro_rules! constraints {
    ($($operation:literal { $($member:literal: $($rule:expr),+;)* })*) => {
        &[$($($($crate::wire::constraints::Constraint {
            operation: $operation,
            member: $member,
            rule: $rule,
        },)+)*)*]
    };
}

/// The constraints of all parts by operation, set once when the cloud opens.
#[derive(Default)]
struct OfCloud {
    by_operation: OnceLock<HashMap<&'static str, Vec<(&'static str, Constraint)>>>,
    patterns: Mutex<HashMap<&'static str, Arc<Regex>>>,
}

pub fn set(cloud: &Cloud, services: impl IntoIterator<Item = Constraints>) {
    let mut by_operation: HashMap<_, Vec<_>> = HashMap::new();
    for service in services {
        for constraint in service.table.iter() {
            let of_operation = by_operation.entry(constraint.operation).or_default();
            of_operation.push((service.code, *constraint));
        }
    }
    let _ = cloud.memory::<OfCloud>().by_operation.set(by_operation);
}

/// Refuses members that break a constraint of the operation, all of them in one sentence.
pub fn check(cloud: &Cloud, operation: &str, members: &Value) -> Result<(), AwsError> {
    let known = cloud.memory::<OfCloud>();
    let constraints = known
        .by_operation
        .get()
        .and_then(|by_operation| by_operation.get(operation));
    let mut broken = Vec::new();
    let mut code = "ValidationException";
    for (service_code, constraint) in constraints.into_iter().flatten() {
        let mut found = Vec::new();
        select(members, constraint.member, String::new(), &mut found);
        for (path, value) in found {
            if !known.holds(constraint.rule, &value) {
                code = service_code;
                broken.push(sentence(constraint.rule, &path, &value));
            }
        }
    }
    match broken.as_slice() {
        [] => Ok(()),
        [one] => Err(AwsError::new(
            400,
            code,
            format!("1 validation error detected: {one}"),
        )),
        many => Err(AwsError::new(
            400,
            code,
            format!(
                "{} validation errors detected: {}",
                many.len(),
                many.join("; ")
            ),
        )),
    }
}

/// Every value that a member's path names, with its path as AWS spells it.
fn select(value: &Value, path: &str, shown: String, found: &mut Vec<(String, Value)>) {
    if path.is_empty() {
        found.push((shown, value.clone()));
        return;
    }
    let path = path.strip_prefix('.').unwrap_or(path);
    if let Some(rest) = path.strip_prefix("[]") {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            // A list of one text comes from a query as the text.
            Value::String(_) => std::slice::from_ref(value),
            _ => &[],
        };
        for (number, item) in items.iter().enumerate() {
            let shown = format!("{shown}.{}.member", number + 1);
            select(item, rest, shown, found);
        }
    } else if let Some(rest) = path.strip_prefix("{}") {
        for (key, item) in value.as_object().into_iter().flatten() {
            select(item, rest, format!("{shown}.{key}.member"), found);
        }
    } else if path == "{key}" {
        for key in value.as_object().into_iter().flat_map(|map| map.keys()) {
            found.push((shown.clone(), Value::String(key.clone())));
        }
    } else {
        let end = path.find(['.', '[', '{']).unwrap_or(path.len());
        let (member, rest) = path.split_at(end);
        if let Some(inner) = value.get(member) {
            let separator = if shown.is_empty() { "" } else { "." };
            let shown = format!("{shown}{separator}{}", decapitalized(member));
            select(inner, rest, shown, found);
        }
    }
}

/// AWS's sentences spell members with a small first letter.
fn decapitalized(member: &str) -> String {
    let mut letters = member.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

impl OfCloud {
    /// A value of another type is left to the operation, which refuses it by its type.
    fn holds(&self, rule: Rule, value: &Value) -> bool {
        let text = value.as_str();
        match rule {
            Rule::Hidden(rule) => self.holds(*rule, value),
            Rule::Pattern(pattern) => text.is_none_or(|text| self.regex(pattern).is_match(text)),
            Rule::Length(least, most) => {
                text.is_none_or(|text| (least..=most).contains(&text.chars().count()))
            }
            Rule::OneOf(allowed) => text.is_none_or(|text| allowed.contains(&text)),
            Rule::Range(least, most) => {
                let number = value.as_i64().or_else(|| text?.parse().ok());
                number.is_none_or(|number| (least..=most).contains(&number))
            }
            Rule::Items(least, most) => {
                let items = value.as_array().map(Vec::len);
                let items = items.or_else(|| Some(value.as_object()?.len()));
                items.is_none_or(|items| (least..=most).contains(&items))
            }
        }
    }

    /// Compiled at its first use.
    fn regex(&self, pattern: &'static str) -> Arc<Regex> {
        let mut patterns = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        let compiled = patterns.entry(pattern).or_insert_with(|| {
            let whole = format!(r"\A(?:{pattern})\z");
            Arc::new(Regex::new(&whole).expect("a constraint is a regular expression"))
        });
        compiled.clone()
    }
}

fn sentence(rule: Rule, path: &str, value: &Value) -> String {
    let shown = match (rule, value.as_str()) {
        (Rule::Hidden(_), _) => String::new(),
        (_, Some(text)) => format!(" '{text}'"),
        (_, None) => format!(" '{value}'"),
    };
    let must = must(rule, value);
    format!("Value{shown} at '{path}' failed to satisfy constraint: Member must {must}")
}

fn must(rule: Rule, value: &Value) -> String {
    match rule {
        Rule::Hidden(rule) => must(*rule, value),
        Rule::Pattern(pattern) => format!("satisfy regular expression pattern: {pattern}"),
        Rule::OneOf(allowed) => format!("satisfy enum value set: [{}]", allowed.join(", ")),
        Rule::Length(least, most) => {
            let length = value.as_str().map_or(0, |text| text.chars().count());
            bound("have length", (length, least, most))
        }
        Rule::Items(least, most) => {
            let items = value.as_array().map_or_else(
                || value.as_object().map_or(0, serde_json::Map::len),
                Vec::len,
            );
            bound("have length", (items, least, most))
        }
        Rule::Range(least, most) => {
            let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
            bound("have value", (number.unwrap_or_default(), least, most))
        }
    }
}

fn bound<T: PartialOrd + std::fmt::Display>(verb: &str, (is, least, most): (T, T, T)) -> String {
    if is < least {
        format!("{verb} greater than or equal to {least}")
    } else {
        format!("{verb} less than or equal to {most}")
    }
}

#[cfg(test)]
mod tests;
