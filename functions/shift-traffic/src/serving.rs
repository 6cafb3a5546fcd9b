//! The challenger's variant at the endpoint: its share of the requests, and how it does.

use anyhow::Result;
use aws_sdk_sagemaker::types::DesiredWeightAndCapacity;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT, is_of_package};
use loop_state::refusal::Refusal;
use loop_state::{deployments, endpoint};
use policy::deployment::{self, Status};
use policy::hosting::Place;
use policy::refusal::Kind;
use rollout::guardrails::{self, Finding};
use rollout::{Rollout, Serving};
use tracing::{info, warn};

use crate::{Deps, guards};

pub async fn look(deps: &Deps, rollout: &Rollout) -> Result<Serving> {
    let Some(place) = rollout.strategy.place() else {
        return Ok(Serving::Absent);
    };
    let hosted = &deps.config.hosted;
    let Some(described) = endpoint::describe(&deps.sagemaker, &hosted.endpoint_name).await? else {
        return Ok(Serving::Absent);
    };
    let view = described.view();
    // After a change of strategy it may still stand in the other place.
    let share = match place {
        Place::Production => described.share(CHALLENGER_VARIANT),
        Place::Shadow => described.has_shadow(CHALLENGER_VARIANT).then_some(0.0),
    };
    match (view.status, share) {
        (Status::Busy, _) => Ok(Serving::Changing),
        (Status::InService, Some(share)) if is_pair(deps, rollout, view.config).await? => {
            let findings = findings(deps, rollout, place).await;
            let config = view.config.to_owned();
            Ok(Serving::Live {
                config,
                share,
                findings,
            })
        }
        _ => Ok(Serving::Absent),
    }
}

/// By what was asked for, whatever the settings are now: after a change of hosting the challenger still answers.
async fn is_pair(deps: &Deps, rollout: &Rollout, config: &str) -> Result<bool> {
    let found = deployments::read(&deps.bucket, config).await?;
    Ok(found.is_some_and(|found| {
        let record = found.value;
        record.champion_arn.as_ref() == Some(&rollout.champion.arn)
            && record.model_package_arn == rollout.challenger.arn
            && is_of_package(record.package_created, rollout.challenger.created)
    }))
}

/// Nothing, before it was noted that the challenger stands there with its share, and once it is decided. Where CloudWatch does
/// not answer nothing is known, and the challenger can still be taken back.
async fn findings(deps: &Deps, rollout: &Rollout, place: Place) -> Vec<Finding> {
    let watching = rollout.watching.as_ref();
    let Some(watching) = watching.filter(|_| rollout.end().is_none()) else {
        return Vec::new();
    };
    guards::look(deps, watching.since, place)
        .await
        .unwrap_or_else(|error| {
            let reason = lambda_main::sentence(&error).to_string();
            warn!(reason, "could not read the metrics");
            vec![guardrails::unread(reason)]
        })
}

/// Why deploy-model asks for the challenger's variant no more.
pub async fn given_up(deps: &Deps, rollout: &Rollout) -> Result<Option<String>> {
    let Some(place) = rollout.strategy.place() else {
        return Ok(None);
    };
    let hosted = &deps.config.hosted;
    let pair = hosted.config_of_pair(&rollout.champion.arn, &rollout.challenger.arn, place);
    let found = deployments::read(&deps.bucket, &pair).await?;
    let found = found
        .filter(|found| is_of_package(found.value.package_created, rollout.challenger.created));
    let reason = found
        .as_ref()
        .and_then(|found| deployment::given_up(&found.value));
    Ok(reason.map(str::to_owned))
}

/// Gives the challenger this share. `false` where the endpoint is changing meanwhile: its next event wakes us.
pub async fn shift(deps: &Deps, share: f64) -> Result<bool> {
    // As many instances as the champion was scaled to: half of the requests are not for one. It may have been scaled to more.
    let name = &deps.config.hosted.endpoint_name;
    let described = endpoint::describe(&deps.sagemaker, name).await?;
    let of = |variant: &str| described.as_ref()?.instances(variant);
    let instances = of(CHAMPION_VARIANT).max(of(CHALLENGER_VARIANT));
    let weights = [
        (CHAMPION_VARIANT, 1.0 - share, None),
        (CHALLENGER_VARIANT, share, instances.filter(|_| share > 0.0)),
    ];
    let mut update = deps
        .sagemaker
        .update_endpoint_weights_and_capacities()
        .endpoint_name(name);
    for (variant, weight, instances) in weights {
        let desired = DesiredWeightAndCapacity::builder().variant_name(variant);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "SageMaker's weights are f32"
        )]
        let desired = desired
            .desired_weight(weight as f32)
            .set_desired_instance_count(instances);
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
