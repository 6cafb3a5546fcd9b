//! The challenger's variant at the endpoint: its share of the requests, and how it does.

use anyhow::Result;
use aws_sdk_sagemaker::types::DesiredWeightAndCapacity;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use loop_state::endpoint;
use loop_state::refusal::Refusal;
use policy::deployment::Status;
use policy::refusal::Kind;
use rollout::{Rollout, Serving};
use tracing::info;

use crate::{Deps, guards};

pub async fn look(deps: &Deps, rollout: &Rollout) -> Result<Serving> {
    if !rollout.strategy.has_variant() {
        return Ok(Serving::Absent);
    }
    let hosted = &deps.config.hosted;
    let Some(described) = endpoint::describe(&deps.sagemaker, &hosted.endpoint_name).await? else {
        return Ok(Serving::Absent);
    };
    let view = described.view();
    let pair = hosted.config_of_pair(&rollout.champion.arn, &rollout.challenger.arn);
    match (view.status, described.share(CHALLENGER_VARIANT)) {
        (Status::Busy, _) => Ok(Serving::Changing),
        (Status::InService, Some(share)) if view.config == pair => Ok(Serving::Live {
            share,
            findings: guards::look(deps, rollout).await?,
        }),
        _ => Ok(Serving::Absent),
    }
}

/// Gives the challenger this share. `false` where the endpoint is changing meanwhile: its next event wakes us.
pub async fn shift(deps: &Deps, share: f64) -> Result<bool> {
    let weights = [(CHAMPION_VARIANT, 1.0 - share), (CHALLENGER_VARIANT, share)];
    let mut update = deps
        .sagemaker
        .update_endpoint_weights_and_capacities()
        .endpoint_name(&deps.config.hosted.endpoint_name);
    for (variant, weight) in weights {
        let desired = DesiredWeightAndCapacity::builder().variant_name(variant);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "SageMaker's weights are f32"
        )]
        let desired = desired.desired_weight(weight as f32);
        update = update.desired_weights_and_capacities(desired.build());
    }
    match update.send().await.map_err(Refusal::from) {
        Ok(_) => {
            info!(share, "shifts requests to the challenger");
            Ok(true)
        }
        Err(refusal) if refusal.kind == Kind::Busy => Ok(false),
        Err(refusal) => Err(refusal.into()),
    }
}
