//! Compares a challenger with the champion on labelled rows of the traffic, shifts requests to it where the strategy says
//! so, and promotes it or takes it back.
//!
//! By whichever event it was woken (a model judged or decided about, a job ended, the endpoint settled, an alarm, its
//! schedule), it looks at `state/rollout.json`, at the registry, at the labels or rewards, at the comparison's job and at the
//! endpoint, takes the one step that is missing and looks again, until there is nothing to do. Every change of the record is
//! a compare-and-set: of two that look at once, one acts and the other looks again.

mod begin;
mod config;
mod deps;
mod end;
mod guards;
mod labels;
mod look;
mod metrics;
mod outcome;
mod rewards;
mod scores;
mod serving;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::keys;
use loop_state::objects::{self, Found};
use rollout::step::{self, Action};
use rollout::{End, Rollout, sentence};
use tracing::info;

pub use config::Config;
pub use deps::Deps;
use look::Look;
pub use outcome::Outcome;

/// Actions that one wake may take: the end of one comparison, the beginning of the next, its batch and its job are five;
/// lost races repeat a few, and batches of a comparison that is taken up again are counted. The schedule goes on with
/// what is left.
const MAXIMUM_ACTIONS: u32 = 20;

pub async fn handle(deps: &Deps, _: EventBridgeEvent) -> Result<Outcome> {
    let Some(strategy) = &deps.config.strategy else {
        end::switch_off(deps).await?;
        return Ok(Outcome::Off);
    };
    let mut ended = None;
    for _ in 0..MAXIMUM_ACTIONS {
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
        if found.value.strategy != *strategy {
            // A changed setting counts at once.
            let plan = begin::plan(deps, strategy);
            let deadline = begin::deadline(deps, look.now);
            let after = found
                .value
                .clone()
                .under(strategy.clone(), plan, deadline)?;
            objects::replace(&deps.bucket, keys::ROLLOUT, &after, &found.etag).await?;
            continue;
        }
        let action = step::step(&found.value, &look.observed(), deps.config.batching);
        match action {
            Action::Wait { reason } => {
                wait(deps, &look, found).await?;
                return Ok(comparing(&found.value, reason));
            }
            Action::Score => {
                scores::start(deps, &found.value).await?;
                // The end of the job wakes the next look.
                return Ok(comparing(&found.value, sentence::missing(&found.value)));
            }
            Action::Apply => {
                info!(rollout.id = found.value.id, "ends");
                ended = end::apply(deps, &look, found).await?.or(ended);
            }
            Action::Shift { share } => {
                let reason = if serving::shift(deps, share).await? {
                    sentence::shifting(share)
                } else {
                    "the endpoint is changing".to_owned()
                };
                // The endpoint's event wakes the next look.
                return Ok(comparing(&found.value, reason));
            }
            Action::Take
            | Action::ScoreAgain
            | Action::Count
            | Action::Tally
            | Action::Note { .. }
            | Action::Decide { .. } => {
                info!(rollout.id = found.value.id, ?action, "decided");
                let after = after(deps, &look, found.value.clone(), action).await?;
                // Where another invocation was first, the next look sees what it did.
                objects::replace(&deps.bucket, keys::ROLLOUT, &after, &found.etag).await?;
            }
        }
    }
    let look = Look::at(deps).await?;
    Ok(match look.active() {
        Some(found) => comparing(&found.value, sentence::missing(&found.value)),
        None => ended.unwrap_or(Outcome::Idle),
    })
}

/// People read in the record how the challenger does; which labels were looked at is noted on the way.
async fn wait(deps: &Deps, look: &Look, found: &Found<Rollout>) -> Result<()> {
    let after = labels::skip(
        &look.labels,
        found.value.clone().watched(&look.serving, look.now),
    );
    if after == found.value {
        return Ok(());
    }
    let replaced = objects::replace(&deps.bucket, keys::ROLLOUT, &after, &found.etag).await;
    replaced.map(drop)
}

/// The record after an action that changes it alone.
async fn after(deps: &Deps, look: &Look, rollout: Rollout, action: Action) -> Result<Rollout> {
    if let Action::Note { share } = action {
        // What the look measured is of the variant or share before.
        return Ok(rollout.noted(share, look.serving.config(), look.now));
    }
    let rollout = rollout.watched(&look.serving, look.now);
    match action {
        Action::Take => labels::batch(deps, &look.labels, rollout).await,
        Action::ScoreAgain => Ok(scores::again(rollout, look.now)),
        Action::Count => scores::count(deps, look.now, rollout).await,
        Action::Tally => match &look.rewards {
            Some(tally) => Ok(rollout.tallied(tally, look.now)?),
            None => Ok(rollout),
        },
        Action::Decide { end, reason } => {
            // A recommended challenger leaves: no caller is sent to it any more.
            let leaves = end == End::Promoted && !look.approves && rollout.share().share > 0.0;
            let rollout = if leaves {
                rollout.shifted(0.0, look.now)
            } else {
                rollout
            };
            Ok(rollout.decided(end, reason))
        }
        Action::Note { .. }
        | Action::Score
        | Action::Shift { .. }
        | Action::Apply
        | Action::Wait { .. } => Ok(rollout),
    }
}

fn comparing(rollout: &Rollout, reason: String) -> Outcome {
    Outcome::Comparing {
        challenger: rollout.challenger.number,
        champion: rollout.champion.number,
        reason,
    }
}
