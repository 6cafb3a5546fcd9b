//! Step caching: a step whose arguments were seen before takes the earlier result.

use data_encoding::HEXLOWER;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::definition::{Step, StepKind};
use super::duration::seconds;

/// The key of a step's result, over the resolved arguments that make the result what it is.
///
/// Which arguments count is AWS's list ("Default cache key attributes by pipeline step type" in
/// the SageMaker developer guide): machines, time limits and output places do not, but for a tuning
/// job's `ResourceLimits`.
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
        StepKind::Tuning => &["HyperParameterTuningJobConfig", "TrainingJobDefinition"],
        _ => return None,
    };
    step.cache.as_ref().filter(|cache| cache.enabled)?;
    let mut counted = some_of(arguments, members);
    if let Some(definition) = counted.get_mut("TrainingJobDefinition") {
        *definition = Value::Object(some_of(definition, &OF_TRIALS));
    }
    let text = canonical(&Value::Object(counted));
    let digest = Sha256::digest(format!("{}\n{}\n{text}", step.kind.name(), step.name));
    Some(HEXLOWER.encode(&digest))
}

/// What counts of a tuning job's `TrainingJobDefinition`.
const OF_TRIALS: [&str; 5] = [
    "AlgorithmSpecification",
    "HyperParameterRanges",
    "InputDataConfig",
    "StaticHyperParameters",
    "TuningObjective",
];

fn some_of(value: &Value, members: &[&str]) -> Map<String, Value> {
    let some = members
        .iter()
        .filter_map(|member| Some(((*member).to_owned(), value.get(member)?.clone())));
    some.collect()
}

/// Whether a result that ended `age_seconds` ago may still be taken.
pub fn is_fresh(step: &Step, age_seconds: i64) -> bool {
    let limit = step.cache.as_ref().and_then(|c| c.expire_after.as_deref());
    limit.is_none_or(|limit| seconds(limit).is_some_and(|limit| age_seconds < limit))
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

#[cfg(test)]
mod tests;
