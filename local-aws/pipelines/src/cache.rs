//! Step caching: a step whose arguments were seen before takes the earlier result.

use data_encoding::HEXLOWER;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::definition::{Step, StepKind};

/// The key of a step's result, over the resolved arguments that make the result what it is.
///
/// Which arguments count is AWS's list ("Default cache key attributes by pipeline step type" in
/// the SageMaker developer guide): machines, time limits and output places do not.
pub fn key(step: &Step, arguments: &Value) -> Option<String> {
    let members: &[&str] = match step.kind {
        StepKind::Processing => &["AppSpecification", "Environment", "ProcessingInputs"],
        StepKind::Training => &[
            "AlgorithmSpecification",
            "CheckpointConfig",
            "DebugHookConfig",
            "DebugRuleConfigurations",
            "Environment",
            "HyperParameters",
            "InputDataConfig",
        ],
        _ => return None,
    };
    step.cache.as_ref().filter(|cache| cache.enabled)?;
    let counted: Map<String, Value> = members
        .iter()
        .filter_map(|member| Some(((*member).to_owned(), arguments.get(member)?.clone())))
        .collect();
    let text = canonical(&Value::Object(counted));
    let digest = Sha256::digest(format!("{}\n{}\n{text}", step.kind.name(), step.name));
    Some(HEXLOWER.encode(&digest))
}

/// Whether a result that ended `age_seconds` ago may still be taken.
pub fn is_fresh(step: &Step, age_seconds: i64) -> bool {
    let limit = step.cache.as_ref().and_then(|c| c.expire_after.as_deref());
    limit.is_none_or(|limit| seconds(limit).is_some_and(|limit| age_seconds < limit))
}

/// The length of an ISO 8601 duration. A month counts 30 days and a year 365: the calendar's own
/// lengths would need a date to start from.
pub fn seconds(duration: &str) -> Option<i64> {
    const DAY: i64 = 24 * 3600;
    let rest = duration.to_ascii_uppercase();
    let rest = rest.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let date_units = [
        ('Y', 365 * DAY),
        ('M', 30 * DAY),
        ('W', 7 * DAY),
        ('D', DAY),
    ];
    let time_units = [('H', 3600), ('M', 60), ('S', 1)];
    if date.is_empty() && time.is_empty() {
        return None;
    }
    Some(sum(date, &date_units)? + sum(time, &time_units)?)
}

fn sum(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total = 0;
    let mut rest = text;
    let mut units = units.iter();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..end].parse().ok()?;
        let unit = rest[end..].chars().next()?;
        // Each unit at most once and in order: the iterator only goes forward.
        let (_, length) = units.find(|(name, _)| *name == unit)?;
        total += number.checked_mul(*length)?;
        rest = &rest[end + 1..];
    }
    Some(total)
}

/// JSON text with the members of every object sorted.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            let parts: Vec<String> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", parts.join(","))
        }
        other => other.to_string(),
    }
}
