//! How the endpoint converges on the desired version, and when that is given up.

use std::time::Duration;

use contracts::deployment::Deployment;

use crate::hosting::Kind;

/// The endpoint as DescribeEndpoint tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint<'a> {
    pub status: Status,
    pub config: &'a str,
    /// The config an update in progress moves to.
    pub pending_config: Option<&'a str>,
    pub failure_reason: &'a str,
    /// `None` where it has no variant yet.
    pub kind: Option<Kind>,
    pub last_modified_time: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    InService,
    /// InService with a mix of two configs (`UpdateRollbackFailed`): an update mends it.
    Mixed,
    Failed,
    /// Creating, Updating, RollingBack, Deleting and statuses that SageMaker may add: wait.
    Busy,
}

/// SDK and events spell statuses differently (`InService`, `IN_SERVICE`): fold both.
pub fn status(text: &str) -> Status {
    let folded: String = text
        .chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect();
    match folded.as_str() {
        "inservice" => Status::InService,
        "updaterollbackfailed" => Status::Mixed,
        "failed" => Status::Failed,
        _ => Status::Busy,
    }
}

/// Everything that the decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    pub desired_config: &'a str,
    pub desired_kind: Kind,
    pub endpoint: Option<Endpoint<'a>>,
    /// What was asked so far for the desired config.
    pub record: Option<&'a Deployment>,
    /// The desired version was InService once, under any settings.
    pub was_live: bool,
    /// Since the record's last call.
    pub since_call: Duration,
    /// Endpoints that may be built for a version before it is withdrawn.
    pub maximum_attempts: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Record an attempt, then CreateEndpoint.
    Create,
    /// Record an attempt, then UpdateEndpoint.
    Update,
    /// A failed endpoint can only be deleted; the next look creates it anew.
    Delete,
    /// An operation is under way, or what was read is out of date; `accepted` where it is towards the desired config.
    Wait { accepted: bool },
    /// InService on the desired config.
    Confirmed,
    /// An endpoint was built with the version and did not become healthy: watch-endpoint
    /// withdraws the version, with this reason, before anything may redeploy.
    Withdraw { mark: &'static str, reason: String },
    /// No fault of the version: the registry is left alone, and a person reads why.
    Stuck { reason: String },
    /// As stuck, until the pause before the next call is over.
    Paused { reason: String },
}

impl Step {
    /// deploy-model makes no call on the endpoint.
    pub fn leaves_at_rest(&self) -> bool {
        match self {
            Step::Confirmed | Step::Withdraw { .. } | Step::Stuck { .. } | Step::Paused { .. } => {
                true
            }
            Step::Create | Step::Update | Step::Delete | Step::Wait { .. } => false,
        }
    }
}

pub const ROLLED_BACK: &str = "rolled back";
pub const FAILED: &str = "failed";

pub fn next(situation: &Situation) -> Step {
    let Situation {
        desired_config,
        endpoint,
        was_live,
        ..
    } = *situation;
    let Some(endpoint) = endpoint else {
        return attempt(situation, Step::Create);
    };
    match endpoint.status {
        Status::Busy => Step::Wait {
            accepted: endpoint.pending_config.unwrap_or(endpoint.config) == desired_config,
        },
        Status::InService if endpoint.config == desired_config => Step::Confirmed,
        Status::InService if predates_the_call(situation.record, &endpoint) => {
            Step::Wait { accepted: false }
        }
        Status::InService if rolled_back(situation.record, &endpoint) => {
            let config = endpoint.config;
            let reason =
                format!("the endpoint went back to {config} by itself instead of {desired_config}");
            if comes_as_challenger(situation.record) {
                // Nobody waits for it, and a want of capacity looks the same: it is tried again, and then a person decides.
                if attempts(situation.record) < situation.maximum_attempts {
                    attempt(situation, Step::Update)
                } else {
                    Step::Stuck { reason }
                }
            } else if was_live {
                stuck(&reason, &format!("the version was live before; {REMEDY}"))
            } else {
                let mark = ROLLED_BACK;
                Step::Withdraw { mark, reason }
            }
        }
        Status::InService | Status::Mixed if cannot_become(&endpoint, situation.desired_kind) => {
            Step::Stuck {
                reason: NO_WAY_TO_SERVERLESS.to_owned(),
            }
        }
        Status::InService | Status::Mixed => attempt(situation, Step::Update),
        Status::Failed if built_in_vain(situation, &endpoint) => {
            let (attempts, reason) = (attempts(situation.record), endpoint.failure_reason);
            let reason = format!("the endpoint failed in {attempts} attempts: {reason}");
            Step::Withdraw {
                mark: FAILED,
                reason,
            }
        }
        Status::Failed => attempt(situation, Step::Delete),
    }
}

/// Pauses double from five minutes; the last call comes about 21 hours after the first.
const FIRST_PAUSE: Duration = Duration::from_mins(5);
const PAUSES: u32 = 8;

/// The step if a call may be made now, else why not.
fn attempt(situation: &Situation, step: Step) -> Step {
    let Some(record) = situation.record.filter(|record| !record.confirmed) else {
        // No call yet, or the last deployment of this config was confirmed.
        return step;
    };
    let (reason, pauses) = match &record.refused {
        Some(refused) if refused.lasting => return stuck(&refused.reason, REMEDY),
        Some(refused) => (refused.reason.as_str(), refused.times.saturating_sub(1)),
        None if record.attempts < situation.maximum_attempts => return step,
        None => {
            let failure = situation
                .endpoint
                .map_or("", |endpoint| endpoint.failure_reason);
            let reason = if failure.is_empty() {
                NO_REASON
            } else {
                failure
            };
            (reason, record.attempts - situation.maximum_attempts)
        }
    };
    if pauses >= PAUSES {
        return stuck(reason, REMEDY);
    }
    let pause = FIRST_PAUSE * 2_u32.pow(pauses);
    if situation.since_call < pause {
        let minutes = pause.as_secs() / 60;
        let reason = format!("{reason}; tried again after {minutes} minutes");
        return Step::Paused { reason };
    }
    step
}

const REMEDY: &str =
    "it is tried again once the version is approved again or hosting settings change";
const NO_REASON: &str = "SageMaker gave no reason";

/// "You cannot convert your instance-based, real-time endpoint to a serverless endpoint": the
/// developer guide, serverless-endpoints. The other way round it can be.
const NO_WAY_TO_SERVERLESS: &str = "SageMaker does not change an endpoint with instances into a \
     serverless one: delete the endpoint, and it is created anew (until then nothing answers), or \
     deploy the stack with EndpointType=instance";

fn cannot_become(endpoint: &Endpoint, desired: Kind) -> bool {
    endpoint.kind == Some(Kind::Instance) && desired == Kind::Serverless
}

fn comes_as_challenger(record: Option<&Deployment>) -> bool {
    record.is_some_and(|record| record.champion_arn.is_some())
}

/// Whether no call is made any more for what the record asks for, and why.
pub fn given_up(record: &Deployment) -> Option<&str> {
    let is_over = match &record.refused {
        Some(refused) => refused.lasting || refused.times > PAUSES,
        None => record.accepted,
    };
    let stuck = record.stuck.as_deref();
    stuck.filter(|_| is_over && !record.confirmed)
}

fn attempts(record: Option<&Deployment>) -> u32 {
    record.map_or(0, |record| record.attempts)
}

/// Nothing has changed since before the call was accepted, so DescribeEndpoint lags behind.
fn predates_the_call(record: Option<&Deployment>, endpoint: &Endpoint) -> bool {
    rolled_back(record, endpoint)
        && record.and_then(|record| record.endpoint_modified.as_deref())
            == Some(endpoint.last_modified_time)
}

fn rolled_back(record: Option<&Deployment>, endpoint: &Endpoint) -> bool {
    record.is_some_and(|record| {
        let is_back = record.from.as_deref() == Some(endpoint.config);
        record.accepted && !record.confirmed && is_back
    })
}

/// Only a failed health check is evidence against the version; image pull and capacity errors are not.
fn built_in_vain(situation: &Situation, endpoint: &Endpoint) -> bool {
    !situation.was_live
        && endpoint.config == situation.desired_config
        && endpoint.failure_reason.contains("health check")
        && attempts(situation.record) >= situation.maximum_attempts
}

fn stuck(reason: &str, then: &str) -> Step {
    Step::Stuck {
        reason: format!("{reason}; {then}"),
    }
}

#[cfg(test)]
mod tests;
