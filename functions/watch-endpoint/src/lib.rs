//! Confirms a deployment, or records that it was rolled back or failed.
//!
//! An update can go back silently to `InService` on the old config with no failure reason, so
//! success is `InService` and the config asked for. A version that did not make it is rejected in
//! the registry, with the reason, before anything may deploy it again.

mod config;
mod deps;
mod outcome;
mod withdraw;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::Endpoint;
use loop_state::deployments::{self, Desired};
use policy::deployment::Step;
use tracing::{info, warn};

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;

pub async fn handle(deps: &Deps, event: EventBridgeEvent<Endpoint>) -> Result<Outcome> {
    if event.detail.endpoint_name != deps.config.hosted.endpoint_name {
        return Ok(Outcome::NotOurs);
    }
    let now = deps.clock.now();
    let look = deployments::look(&deps.sagemaker, &deps.bucket, &deps.config.hosted, now).await?;
    deployments::confirm(&deps.bucket, look.live()).await?;

    let plan = match look.desired {
        Desired::Version(plan) if plan.record.is_some() => plan,
        _ => return Ok(Outcome::NothingAsked),
    };
    let introduced = plan.introduced().clone();
    let (version, endpoint_config) = (introduced.version, plan.config);
    match plan.step {
        Step::Confirmed => {
            info!(endpoint_config, version, "live");
            Ok(Outcome::Confirmed {
                version,
                endpoint_config,
            })
        }
        Step::Withdraw { mark, reason } => {
            // The record stays: deploy-model may be looking at it. Of a version that is approved again it counts no more.
            withdraw::package(deps, &introduced, mark, &reason).await?;
            Ok(Outcome::Withdrawn { version, reason })
        }
        Step::Stuck { reason } | Step::Paused { reason } => {
            warn!(version, reason, "stuck, for a person to look at");
            Ok(Outcome::Stuck { version, reason })
        }
        Step::Create | Step::Update | Step::Delete | Step::Wait { .. } => {
            let status = look.endpoint.map(|endpoint| endpoint.status);
            Ok(
                status.map_or(Outcome::NothingAsked, |status| Outcome::InProgress {
                    status,
                }),
            )
        }
    }
}
