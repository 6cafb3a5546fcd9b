//! The one step that a comparison is missing. It follows from the record and from what is there, and not from the
//! event that woke: asked twice, or after a crash, it is the same.

use contracts::moment::Moment;
use policy::hosting::Place;

use crate::guardrails::ERRORS;
use crate::next::{Next, Standing, next};
use crate::record::{Batch, End, Rollout, State};
use crate::rewards::Tally;
use crate::sentence;
use crate::serving::Serving;
use crate::trial::Verdict;

/// What is there now.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed<'a> {
    /// The version that should be live.
    pub champion: Option<&'a str>,
    /// As the registry has it; `None` where it holds no such version.
    pub challenger: Option<&'a str>,
    /// Why the endpoint is not updated with its variant any more.
    pub not_deployed: Option<&'a str>,
    /// A promotion approves. Otherwise it is a recommendation, and the challenger leaves until a person approves it.
    pub approves: bool,
    pub serving: &'a Serving,
    /// The job of the current batch.
    pub job: Job,
    /// Labels that are in no batch yet.
    pub labels: Labels,
    /// A bandit's, where they are what is counted.
    pub rewards: Option<&'a Tally>,
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

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The labels become the next batch.
    Take,
    /// A job for the current batch is created.
    Score,
    /// The job failed: the batch gets another one.
    ScoreAgain,
    /// The scores are counted and looked at.
    Count,
    /// The rewards are counted and looked at.
    Tally,
    /// The endpoint gives the challenger this share of the requests.
    Shift {
        share: f64,
    },
    /// The endpoint has changed: the record says so too.
    Note {
        share: f64,
    },
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
        State::Decided { end, .. } => return applied(rollout, *end, observed),
        State::Ended { reason, .. } => {
            let reason = reason.clone();
            return Action::Wait { reason };
        }
        State::Active => {}
    }
    if let Some(end) = overtaken(rollout, observed) {
        return end;
    }
    // Without a variant it has none; a share is written as people set it.
    let share = (10_000.0 * observed.serving.share()).round() / 10_000.0;
    let is_known = *observed.serving != Serving::Changing;
    if is_known && rollout.is_outdated(share, observed.serving.config()) {
        return Action::Note { share };
    }
    let is_late = observed.now >= rollout.deadline;
    let verdict = rollout.trial.verdict();
    let evidence = match (&rollout.batch, observed.rewards) {
        (Some(batch), _) => scored(rollout, batch, observed, is_late),
        _ if verdict.is_final() => None,
        (None, Some(tally)) => {
            is_worth_a_look(rollout, tally, batching, is_late).then_some(Action::Tally)
        }
        (None, None) => is_full(rollout, observed, batching).then_some(Action::Take),
    };
    match evidence.unwrap_or_else(|| advanced(rollout, observed, verdict)) {
        Action::Wait { .. } | Action::Shift { .. } if is_late && rollout.batch.is_none() => {
            Action::Decide {
                end: End::Inconclusive,
                reason: sentence::deadline(rollout),
            }
        }
        action => action,
    }
}

/// The share goes back before the registry says that the challenger is out: a change of weights is the fast one.
fn applied(rollout: &Rollout, end: End, observed: &Observed) -> Action {
    match observed.serving {
        _ if end == End::Promoted && observed.approves => Action::Apply,
        _ if rollout.strategy.place() == Some(Place::Shadow) => Action::Apply,
        Serving::Live { share, .. } if *share > 0.0 => Action::Shift { share: 0.0 },
        Serving::Changing => Action::Wait {
            reason: "the endpoint is changing, and gives the challenger's share back after that"
                .to_owned(),
        },
        Serving::Live { .. } | Serving::Absent => Action::Apply,
    }
}

/// What was decided elsewhere.
fn overtaken(rollout: &Rollout, observed: &Observed) -> Option<Action> {
    let challenger = rollout.challenger.number;
    let decide = |end, reason| Some(Action::Decide { end, reason });
    // Before the champion: a challenger that a person approved is the champion now.
    if observed.challenger != Some(PENDING) {
        let status = observed.challenger.unwrap_or("no longer registered");
        let reason = format!("version {challenger} is {status}");
        return decide(End::DecidedByPerson, reason);
    }
    if observed.champion != Some(rollout.champion.arn.as_str()) {
        let champion = rollout.champion.number;
        let reason = format!("version {champion} is no longer the champion");
        return decide(End::ChampionChanged, reason);
    }
    if let Some(reason) = observed.not_deployed {
        let reason = format!("version {challenger} was not deployed: {reason}");
        return decide(End::NotDeployed, reason);
    }
    None
}

fn advanced(rollout: &Rollout, observed: &Observed, verdict: Verdict) -> Action {
    match next(&rollout.strategy, &standing(rollout, observed, verdict)) {
        Next::Promote => Action::Decide {
            end: End::Promoted,
            reason: sentence::promoted(rollout),
        },
        Next::RollBack => Action::Decide {
            end: End::RolledBack,
            reason: sentence::rolled_back(rollout),
        },
        Next::Withdraw { breach } => Action::Decide {
            end: if breach.guard == ERRORS {
                End::RolledBack
            } else {
                End::Inconclusive
            },
            reason: format!("{}: {}", breach.guard, breach.reason),
        },
        Next::Ask { .. } => Action::Decide {
            end: End::Inconclusive,
            reason: sentence::inconclusive(rollout),
        },
        Next::Shift { share } if observed.serving.is_live() => Action::Shift { share },
        Next::Shift { .. } => comes(),
        // Without the variant no guardrail has looked.
        Next::Wait { .. }
            if rollout.strategy.place() == Some(Place::Shadow)
                && rollout.batch.is_none()
                && !observed.serving.is_live() =>
        {
            comes()
        }
        Next::Wait { reason } => Action::Wait {
            reason: sentence::waiting(rollout, &reason),
        },
    }
}

fn comes() -> Action {
    Action::Wait {
        reason: "the endpoint gets the challenger's variant".to_owned(),
    }
}

/// `None` while the batch's job is waited for.
fn scored(rollout: &Rollout, batch: &Batch, observed: &Observed, is_late: bool) -> Option<Action> {
    let given_up = |reason: &str| Action::Decide {
        end: End::GivenUp,
        reason: format!("batch {} could not be scored: {reason}", rollout.batches),
    };
    match &observed.job {
        Job::None if is_late => Some(given_up("no job was created in the comparison's time")),
        Job::None if observed.now < batch.not_before => None,
        Job::None => Some(Action::Score),
        Job::Running => None,
        Job::Completed => Some(Action::Count),
        Job::Failed { .. } if batch.attempt < MAXIMUM_ATTEMPTS && !is_late => {
            Some(Action::ScoreAgain)
        }
        Job::Failed { reason } => Some(given_up(reason)),
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

/// Each look is kept, and a later one shows no more unless many rewards came since.
fn is_worth_a_look(rollout: &Rollout, tally: &Tally, batching: Batching, is_late: bool) -> bool {
    let counted = rollout.trial.evidence().rows();
    let new = tally.totals.requests().saturating_sub(counted);
    let left = rollout.trial.plan().budget.saturating_sub(counted);
    let enough = batching.rows.max(counted / 20).min(left).max(1);
    // What came before the deadline is looked at once, and later ones no more.
    let is_last = || rollout.last().is_none_or(|last| last.at < rollout.deadline);
    if is_late {
        return new > 0 && is_last();
    }
    new >= enough
}

/// A challenger that gets no requests has nothing that a guardrail could watch.
fn standing<'a>(rollout: &Rollout, observed: &'a Observed, verdict: Verdict) -> Standing<'a> {
    let has_variant = rollout.strategy.place().is_some();
    let milliseconds = observed.now.0 - rollout.share().at.0;
    Standing {
        verdict,
        findings: has_variant.then(|| observed.serving.findings()),
        share: observed.serving.share(),
        minutes: u32::try_from(milliseconds / MILLISECONDS_A_MINUTE).unwrap_or_default(),
        rewards: observed
            .rewards
            .map(|tally| tally.totals)
            .or(rollout.rewards)
            .unwrap_or_default(),
    }
}

const MILLISECONDS_A_MINUTE: i64 = 60 * 1000;

#[cfg(test)]
mod tests;
