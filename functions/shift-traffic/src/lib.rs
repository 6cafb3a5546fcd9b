//! Compares a challenger with the champion on labelled rows of the traffic, and promotes it or takes it back.
//!
//! By whichever event it was woken (a model judged or decided about, a job ended, its schedule), it looks at
//! `state/rollout.json`, at the registry, at the labels and at the comparison's job, takes the one step that is missing
//! and looks again, until there is nothing to do. Every change of the record is a compare-and-set: of two that look at
//! once, one acts and the other looks again.

mod begin;
mod config;
mod deps;
mod end;
mod labels;
mod look;
mod outcome;
mod scores;

use anyhow::{Result, bail};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::keys;
use loop_state::objects::{self, Found};
use rollout::Rollout;
use rollout::step::{self, Step};
use tracing::info;

pub use config::Config;
pub use deps::Deps;
use look::Look;
pub use outcome::Outcome;

/// Steps that one wake may take: the end of one comparison, the beginning of the next, its batch and its job are four;
/// lost races repeat a few. Beyond that something flaps, and the schedule is the pause.
const MAXIMUM_STEPS: u32 = 20;

pub async fn handle(deps: &Deps, _: EventBridgeEvent) -> Result<Outcome> {
    let Some(strategy) = &deps.config.strategy else {
        return Ok(Outcome::Off);
    };
    let mut ended = None;
    for _ in 0..MAXIMUM_STEPS {
        let look = Look::at(deps).await?;
        let Some(found) = look.active() else {
            if begin::next(deps, &look, strategy).await? {
                continue;
            }
            let idle = if look.champion.is_some() {
                Outcome::Idle
            } else {
                Outcome::NoChampion
            };
            return Ok(ended.unwrap_or(idle));
        };
        let step = step::step(&found.value, &look.observed(), deps.config.batching);
        if let Step::Wait { reason } = step {
            return Ok(comparing(&found.value, reason));
        }
        info!(rollout.id = found.value.id, ?step, "decided");
        if step == Step::Score {
            scores::start(deps, &found.value).await?;
            // The end of the job wakes the next look.
            return Ok(comparing(
                &found.value,
                "a job scores labelled rows".to_owned(),
            ));
        }
        ended = take(deps, &look, found, step).await?.or(ended);
    }
    bail!("the comparison still changes after {MAXIMUM_STEPS} steps")
}

/// Answers with the outcome of a comparison that it ended.
async fn take(
    deps: &Deps,
    look: &Look,
    found: &Found<Rollout>,
    step: Step,
) -> Result<Option<Outcome>> {
    let rollout = found.value.clone();
    let after = match step {
        Step::Take => labels::batch(deps, &look.labels, rollout).await?,
        Step::ScoreAgain => scores::again(rollout),
        Step::Count => scores::count(deps, look.now, rollout).await?,
        Step::Decide { end, reason } => rollout.decided(end, reason),
        Step::Apply => return end::apply(deps, look, found).await,
        Step::End { end, reason } => return end::end(deps, look, found, end, reason).await,
        Step::Score | Step::Wait { .. } => return Ok(None),
    };
    // Where another invocation was first, the next look sees what it did.
    objects::replace(&deps.bucket, keys::ROLLOUT, &after, &found.etag).await?;
    Ok(None)
}

fn comparing(rollout: &Rollout, reason: String) -> Outcome {
    Outcome::Comparing {
        challenger: rollout.challenger.number,
        champion: rollout.champion.number,
        reason,
    }
}
