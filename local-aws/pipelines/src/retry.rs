//! Retry policies of a step: which failures are tried again, when, and how often.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RetryPolicy {
    pub exception_type: Vec<ExceptionType>,
    #[serde(default = "one")]
    pub interval_seconds: u32,
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

impl RetryPolicy {
    /// Which of AWS's bounds it does not keep.
    ///
    /// Source: the SageMaker developer guide, "Retry Policy for Pipeline Steps", for the longest interval, the
    /// most attempts and minutes (0: never), and that only one of the two may be given; the SageMaker
    /// Python SDK (`workflow/retry.py`) for the rate, which may be below 1.
    pub fn fault(&self) -> Option<String> {
        if self.max_attempts.is_some() && self.expire_after_min.is_some() {
            return Some("only one of MaxAttempts and ExpireAfterMin can be given".to_owned());
        }
        if self.backoff_rate < 0.0 {
            return Some(format!("BackoffRate {} is negative", self.backoff_rate));
        }
        let bounds = [
            ("IntervalSeconds", Some(self.interval_seconds), 43_200),
            ("MaxAttempts", self.max_attempts, 20),
            ("ExpireAfterMin", self.expire_after_min, MOST_MINUTES),
        ];
        bounds.into_iter().find_map(|(member, value, most)| {
            let value = value.filter(|value| *value > most)?;
            Some(format!("{member} {value} is more than {most}"))
        })
    }
}

/// AWS's bound on `ExpireAfterMin`: ten days. No wait is longer.
const MOST_MINUTES: u32 = 14_400;

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
    let growth = policy.backoff_rate.powi(i32::try_from(retries_made).ok()?);
    let wait = f64::from(policy.interval_seconds) * growth;
    let wait = wait.min(f64::from(MOST_MINUTES) * 60.0);
    let expired = policy
        .expire_after_min
        .is_some_and(|minutes| minutes == 0 || elapsed_seconds + wait > f64::from(minutes) * 60.0);
    (!expired).then_some(wait)
}

fn one() -> u32 {
    1
}

fn two() -> f64 {
    2.0
}
