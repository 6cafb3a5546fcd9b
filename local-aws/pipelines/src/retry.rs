//! Retry policies of a step: which failures are tried again, when, and how often.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RetryPolicy {
    pub exception_type: Vec<ExceptionType>,
    #[serde(default = "one")]
    pub interval_seconds: f64,
    #[serde(default = "two")]
    pub backoff_rate: f64,
    pub max_attempts: Option<u32>,
    pub expire_after_min: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExceptionType {
    #[serde(rename = "Step.SERVICE_FAULT")]
    ServiceFault,
    #[serde(rename = "Step.THROTTLING")]
    Throttling,
    #[serde(rename = "SageMaker.JOB_INTERNAL_ERROR")]
    JobInternalError,
    #[serde(rename = "SageMaker.CAPACITY_ERROR")]
    CapacityError,
    #[serde(rename = "SageMaker.RESOURCE_LIMIT")]
    ResourceLimit,
}

/// The class of a job's failure by its reason, as far as a policy can name one.
pub fn classify(failure_reason: &str) -> Option<ExceptionType> {
    let class = failure_reason.split(':').next().unwrap_or_default();
    Some(match class {
        "InternalServerError" => ExceptionType::JobInternalError,
        "CapacityError" => ExceptionType::CapacityError,
        "ResourceLimitExceeded" => ExceptionType::ResourceLimit,
        "ThrottlingException" => ExceptionType::Throttling,
        "ServiceFault" => ExceptionType::ServiceFault,
        _ => return None,
    })
}

/// How long to wait before the next attempt; `None` where no policy allows one.
///
/// `attempts` counts those made so far, the first included; `elapsed_seconds` runs from the start
/// of the first.
pub fn wait_seconds(
    policies: &[RetryPolicy],
    exception: ExceptionType,
    attempts: u32,
    elapsed_seconds: f64,
) -> Option<f64> {
    let policy = policies
        .iter()
        .find(|policy| policy.exception_type.contains(&exception))?;
    let retries_made = attempts.saturating_sub(1);
    // Without a bound of its own AWS's policy has five attempts.
    let by_count = policy.max_attempts.or(match policy.expire_after_min {
        None => Some(5),
        Some(_) => None,
    });
    if by_count.is_some_and(|most| retries_made >= most) {
        return None;
    }
    let wait =
        policy.interval_seconds * policy.backoff_rate.powi(i32::try_from(retries_made).ok()?);
    let expired = policy
        .expire_after_min
        .is_some_and(|minutes| elapsed_seconds + wait > f64::from(minutes) * 60.0);
    (!expired).then_some(wait)
}

fn one() -> f64 {
    1.0
}

fn two() -> f64 {
    2.0
}
