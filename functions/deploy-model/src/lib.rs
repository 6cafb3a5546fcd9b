//! Converges the endpoint on the desired model version.
//!
//! Woken by package and endpoint events, by a rollout's record and by the reconciler alike, it asks three
//! things (which version should be live and which challenger beside it, what the endpoint does, what was
//! asked of it before) and makes the one call that is missing. An endpoint at rest has its variants scaled. Metadata written to
//! an approved package re-emits "Approved": being on the desired version already means no call on the endpoint.

mod attempt;
mod config;
mod deps;
mod endpoint;
mod model;
mod outcome;
mod record;
mod routing;
mod scaling;
mod tag;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use loop_state::deployments::{self, Desired};
use policy::deployment::Step;
use tracing::info;

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;

pub async fn handle(deps: &Deps, _: EventBridgeEvent) -> Result<Outcome> {
    let now = deps.clock.now();
    let look = deployments::look(&deps.sagemaker, &deps.bucket, &deps.config.hosted, now).await?;
    let plan = match &look.desired {
        Desired::Version(plan) => plan,
        Desired::Nothing => return Ok(Outcome::NothingApproved),
        Desired::PinNotApproved { version } => {
            return Ok(Outcome::PinNotApproved { version: *version });
        }
    };
    let version = plan.introduced().version;
    info!(
        model_package.version = plan.package.version,
        challenger.version = plan.challenger.as_ref().map(|it| it.package.version),
        endpoint_config = plan.config,
        step = ?plan.step,
        "decided"
    );
    if let (Some(endpoint), true) = (&look.endpoint, plan.step.leaves_at_rest()) {
        scaling::converge(deps, endpoint, plan).await?;
    }
    Ok(match &plan.step {
        Step::Create | Step::Update => attempt::make(deps, &look, plan).await?,
        Step::Delete => {
            endpoint::delete(deps).await?;
            let version = plan.package.version;
            Outcome::Deleting { version }
        }
        Step::Wait { accepted } => {
            if let (true, Some(record)) = (accepted, &plan.record) {
                record::accept(&deps.bucket, record).await?;
            }
            attempt::waiting(plan)
        }
        Step::Confirmed => Outcome::Live {
            version: plan.package.version,
            endpoint_config: plan.config.clone(),
        },
        Step::Withdraw { reason, .. } => Outcome::AwaitingWithdrawal {
            version,
            reason: reason.clone(),
        },
        Step::Stuck { reason } | Step::Paused { reason } => {
            record::stuck(deps, plan, reason).await?;
            Outcome::Stuck {
                version,
                reason: reason.clone(),
            }
        }
    })
}
