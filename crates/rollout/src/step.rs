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
pub enum Step {
    /// The labels become the next batch.
    Take,
    /// A job for the current batch is created.
    Score,
    /// The job failed: the batch gets another one.
    ScoreAgain,
    /// The scores are counted and looked at.
    Count,
    /// The trial has a verdict, or its time is over.
    Decide {
        end: End,
        reason: String,
    },
    /// The decision goes to the registry, and the comparison ends.
    Apply,
    /// The comparison ends without one.
    End {
        end: End,
        reason: String,
    },
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

/// A batch that no job could score twice is none that a third would.
const MAXIMUM_ATTEMPTS: u32 = 2;

const PENDING: &str = "PendingManualApproval";

pub fn step(rollout: &Rollout, observed: &Observed, batching: Batching) -> Step {
    match &rollout.state {
        State::Decided { .. } => return Step::Apply,
        State::Ended { reason, .. } => {
            let reason = reason.clone();
            return Step::Wait { reason };
        }
        State::Active => {}
    }
    if observed.champion != Some(rollout.champion.arn.as_str()) {
        return Step::End {
            end: End::ChampionChanged,
            reason: format!(
                "version {} is no longer the champion",
                rollout.champion.number
            ),
        };
    }
    if observed.challenger != Some(PENDING) {
        let status = observed.challenger.unwrap_or("no longer registered");
        return Step::End {
            end: End::DecidedByPerson,
            reason: format!("version {} is {status}", rollout.challenger.number),
        };
    }
    if let Some(batch) = &rollout.batch {
        return scored(rollout, batch, &observed.job);
    }
    let verdict = rollout.trial.verdict();
    if !verdict.is_final() && observed.now >= rollout.deadline {
        return Step::Decide {
            end: End::Inconclusive,
            reason: sentence::deadline(rollout),
        };
    }
    if !verdict.is_final() && is_full(rollout, observed, batching) {
        return Step::Take;
    }
    match next(&rollout.strategy, &standing(verdict)) {
        Next::Promote => Step::Decide {
            end: End::Promoted,
            reason: sentence::promoted(rollout),
        },
        Next::RollBack { .. } => Step::Decide {
            end: End::RolledBack,
            reason: sentence::rolled_back(rollout),
        },
        Next::Ask { .. } => Step::Decide {
            end: End::Inconclusive,
            reason: sentence::inconclusive(rollout),
        },
        Next::Wait { reason } => Step::Wait { reason },
        Next::Shift { .. } => Step::Wait {
            reason: "this strategy shifts no traffic".to_owned(),
        },
    }
}

fn scored(rollout: &Rollout, batch: &Batch, job: &Job) -> Step {
    match job {
        Job::None => Step::Score,
        Job::Running => Step::Wait {
            reason: format!("{} rows are being scored", batch.rows),
        },
        Job::Completed => Step::Count,
        Job::Failed { .. } if batch.attempt < MAXIMUM_ATTEMPTS => Step::ScoreAgain,
        Job::Failed { reason } => Step::End {
            end: End::GivenUp,
            reason: format!("batch {} could not be scored: {reason}", rollout.batches),
        },
    }
}

fn is_full(rollout: &Rollout, observed: &Observed, batching: Batching) -> bool {
    let Labels { rows, oldest } = observed.labels;
    let waited = oldest.map_or(0, |oldest| observed.now.0 - oldest.0);
    let left = rollout
        .trial
        .plan()
        .budget
        .saturating_sub(rollout.trial.evidence().rows());
    rows >= batching.rows.min(left).max(1) || rows > 0 && waited >= PATIENCE_MILLISECONDS
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
