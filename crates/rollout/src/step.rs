//! The one step that a comparison is missing. It follows from the record and from what is there, and not from the
//! event that woke: asked twice, or after a crash, it is the same.

use contracts::moment::Moment;

use crate::allocation::Rewards;
use crate::next::{Next, Standing, next};
use crate::record::{Batch, End, Rollout, State};
use crate::sentence;
use crate::trial::Verdict;

/// What is there now.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed<'a> {
    /// The version that should be live.
    pub champion: Option<&'a str>,
    /// As the registry has it; `None` where it holds no such version.
    pub challenger: Option<&'a str>,
    /// The job of the current batch.
    pub job: Job,
    /// Labels that are in no batch yet.
    pub labels: Labels,
    pub now: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    None,
    Running,
    Completed,
    Failed { reason: String },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Labels {
    pub rows: u64,
    pub oldest: Option<Moment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The labels become the next batch.
    Take,
    /// A job for the current batch is created.
    Score,
    /// The job failed: the batch gets another one.
    ScoreAgain,
    /// The scores are counted and looked at.
    Count,
    /// The record says how the comparison ends.
    Decide {
        end: End,
        reason: String,
    },
    /// The registry says so too, and the comparison ends.
    Apply,
    Wait {
        reason: String,
    },
}

/// A job costs minutes of an instance, so it waits for so many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    pub rows: u64,
}

/// A batch waits no longer for more rows.
const PATIENCE_MILLISECONDS: i64 = 24 * 3600 * 1000;

/// Capacity and quotas come back in hours; a batch that fails again then is none that a job can score.
const MAXIMUM_ATTEMPTS: u32 = 3;

const PENDING: &str = "PendingManualApproval";

pub fn step(rollout: &Rollout, observed: &Observed, batching: Batching) -> Action {
    match &rollout.state {
        State::Decided { .. } => return Action::Apply,
        State::Ended { reason, .. } => {
            let reason = reason.clone();
            return Action::Wait { reason };
        }
        State::Active => {}
    }
    // First: a challenger that a person approved is the champion now.
    if observed.challenger != Some(PENDING) {
        let status = observed.challenger.unwrap_or("no longer registered");
        return Action::Decide {
            end: End::DecidedByPerson,
            reason: format!("version {} is {status}", rollout.challenger.number),
        };
    }
    if observed.champion != Some(rollout.champion.arn.as_str()) {
        return Action::Decide {
            end: End::ChampionChanged,
            reason: format!(
                "version {} is no longer the champion",
                rollout.champion.number
            ),
        };
    }
    let is_late = observed.now >= rollout.deadline;
    if let Some(batch) = &rollout.batch {
        return scored(rollout, batch, observed, is_late);
    }
    let verdict = rollout.trial.verdict();
    if !verdict.is_final() && is_full(rollout, observed, batching) {
        return Action::Take;
    }
    if !verdict.is_final() && is_late {
        return Action::Decide {
            end: End::Inconclusive,
            reason: sentence::deadline(rollout),
        };
    }
    match next(&rollout.strategy, &standing(verdict)) {
        Next::Promote => Action::Decide {
            end: End::Promoted,
            reason: sentence::promoted(rollout),
        },
        Next::RollBack { .. } => Action::Decide {
            end: End::RolledBack,
            reason: sentence::rolled_back(rollout),
        },
        Next::Ask { .. } => Action::Decide {
            end: End::Inconclusive,
            reason: sentence::inconclusive(rollout),
        },
        Next::Wait { .. } | Next::Shift { .. } => Action::Wait {
            reason: sentence::missing(rollout),
        },
    }
}

fn scored(rollout: &Rollout, batch: &Batch, observed: &Observed, is_late: bool) -> Action {
    let given_up = |reason: &str| Action::Decide {
        end: End::GivenUp,
        reason: format!("batch {} could not be scored: {reason}", rollout.batches),
    };
    match &observed.job {
        Job::None if is_late => given_up("no job was created in the comparison's time"),
        Job::None if observed.now < batch.not_before => Action::Wait {
            reason: sentence::missing(rollout),
        },
        Job::None => Action::Score,
        Job::Running => Action::Wait {
            reason: sentence::missing(rollout),
        },
        Job::Completed => Action::Count,
        Job::Failed { .. } if batch.attempt < MAXIMUM_ATTEMPTS && !is_late => Action::ScoreAgain,
        Job::Failed { reason } => given_up(reason),
    }
}

/// The labels that came before the deadline are scored, however few they are.
fn is_full(rollout: &Rollout, observed: &Observed, batching: Batching) -> bool {
    let Labels { rows, oldest } = observed.labels;
    let Some(oldest) = oldest else {
        return false;
    };
    let waited = observed.now.0 - oldest.0;
    if observed.now >= rollout.deadline {
        return oldest < rollout.deadline;
    }
    let plan = rollout.trial.plan();
    let left = plan.budget.saturating_sub(rollout.trial.evidence().rows());
    rows >= batching.rows.min(left).max(1) || waited >= PATIENCE_MILLISECONDS
}

/// A challenger that answers no requests has nothing that a guardrail could watch.
fn standing(verdict: Verdict) -> Standing<'static> {
    Standing {
        verdict,
        findings: None,
        share: 0.0,
        minutes: 0,
        rewards: (Rewards::default(), Rewards::default()),
    }
}

#[cfg(test)]
mod tests;
