//! Starts at most one pipeline execution at a time, for the newest dataset version.
//!
//! By whichever event it was woken (a manifest written, an execution ended, a study ended, a model judged or decided about, the
//! reconciler, a person), it looks at `state/run.json`, at the newest version and at the run's
//! execution, takes the one step that is missing and looks again, until there is nothing to do.
//! Every change of the run is a compare-and-set: of two that look at once, one acts and the other
//! looks again.

mod config;
mod deps;
mod launch;
mod look;
mod outcome;
mod settle;

use anyhow::{Result, bail};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::keys;
use contracts::run::{Run, StartRequest};
use loop_state::objects;
use policy::single_flight::{self, Step};
use serde::Deserialize;
use tracing::{info, warn};

pub use config::Config;
pub use deps::Deps;
use look::Look;
pub use outcome::Outcome;

/// A person's `start`, or an event, of which nothing needs reading.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Wake {
    Start { start: StartRequest },
    Event(Box<EventBridgeEvent>),
}

/// Steps that one wake may take: a claim, its start, a conclusion and the next claim are four;
/// lost races repeat a few. Beyond that something flaps, and Lambda's retry is the pause.
const MAXIMUM_STEPS: u32 = 20;

pub async fn handle(deps: &Deps, wake: Wake) -> Result<Outcome> {
    let mut request = match wake {
        Wake::Start { start } => Some(start),
        Wake::Event(_) => None,
    };
    for _ in 0..MAXIMUM_STEPS {
        let look = Look::at(deps).await?;
        if let Some(start) = request.take() {
            match launch::claim_again(deps, &look, &start).await? {
                launch::Claimed::Refused { reason } => return Ok(Outcome::Refused { reason }),
                launch::Claimed::LostRace => request = Some(start),
                launch::Claimed::Yes => {}
            }
            continue;
        }
        let step = single_flight::next(look.run(), look.observed(), deps.config.bounds);
        match (step, look.run()) {
            (Step::Claim { version, attempt }, _) => {
                launch::claim(deps, &look, version, attempt).await?;
            }
            (Step::EvaluateAgain { attempt }, Some(run)) => {
                launch::evaluate_again(deps, &look, run, attempt).await?;
            }
            (Step::Adopt { attempt }, Some(run)) => {
                launch::adopt(deps, &look, run, attempt).await?;
            }
            (Step::Start, Some(run)) => launch::start(deps, &look, run).await?,
            (Step::Conclude(state), Some(run)) => {
                info!(dataset.version = run.version, run.state = ?state, "the run has ended");
                let model_package_arn = launch::registered(deps, run, &state).await?;
                settle::versions(deps, run, model_package_arn.as_deref()).await?;
                let ended = Run {
                    model_package_arn,
                    state,
                    ..run.clone()
                };
                objects::replace(&deps.bucket, keys::RUN, &ended, look.run_etag()).await?;
            }
            (Step::Wait, Some(run)) => {
                return Ok(Outcome::Running {
                    version: run.version,
                    attempt: run.attempt,
                    execution_arn: run.execution_arn.clone().unwrap_or_default(),
                });
            }
            (Step::Stuck { reason }, Some(run)) => {
                warn!(
                    dataset.version = run.version,
                    reason, "stuck, for a person to look at"
                );
                return Ok(Outcome::Stuck {
                    version: run.version,
                    reason,
                });
            }
            (Step::Idle, _) => return Ok(Outcome::Idle),
            (Step::EnoughToday { version, runs }, _) => {
                return Ok(Outcome::EnoughToday { version, runs });
            }
            (step, None) => bail!("the step {step:?} needs a run, and there is none"),
        }
    }
    bail!("the run still changes after {MAXIMUM_STEPS} steps")
}
