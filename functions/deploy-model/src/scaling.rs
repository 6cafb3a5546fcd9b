//! The variants as scalable targets of Application Auto Scaling: those that answer. Whether a shadow variant may be one is
//! not documented.
//!
//! One function deregisters, updates and registers again, one invocation at a time: nothing else would register a target
//! between the first two.

mod targets;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::keys;
use loop_state::deployments::{self, Plan};
use loop_state::endpoint::Described;
use loop_state::objects;
use loop_state::refusal::{self, Refusal};
use policy::deployment::{Endpoint, Status};
use policy::hosting::{Hosting, Kind, Place};
use policy::scaling;
use tracing::info;

use crate::Deps;

/// Makes the calls that are missing for an endpoint at rest, and notes in the plan's record what they were made for, which
/// is how reconcile sees that a setting has changed.
pub async fn converge(deps: &Deps, endpoint: &Described, plan: &Plan) -> Result<()> {
    let view = endpoint.view();
    if view.status != Status::InService || view.kind != Some(Kind::Instance) {
        return Ok(());
    }
    let scaling = &deps.config.scaling;
    let noted = scaling.noted();
    let before = plan.record.as_ref().and_then(|it| it.value.scaling.clone());
    if noted.is_none() && before.is_none() {
        // A stack that scales nothing needs no Application Auto Scaling.
        return Ok(());
    }
    let variants: Vec<String> = endpoint.variants().map(str::to_owned).collect();
    let found = targets::look(deps, &variants).await;
    let found = found.context("read the scalable targets")?;
    for (variant, call) in scaling.calls(&variants, &found) {
        info!(variant.name = variant, ?call, "scales");
        let made = targets::make(deps, &variant, &call).await;
        made.with_context(|| format!("scale the variant {variant}"))?;
    }
    let Some(record) = &plan.record else {
        return Ok(());
    };
    if view.config != plan.config || record.value.scaling == noted {
        return Ok(());
    }
    let mut value = record.value.clone();
    value.scaling = noted;
    // Where another invocation has noted more, reconcile asks again.
    let key = keys::deployment(&plan.config);
    let replaced = objects::replace(&deps.bucket, &key, &value, &record.etag).await;
    replaced.map(drop)
}

/// Deregisters the targets that SageMaker would refuse the update for. The endpoint at rest gets them again, whether it
/// was updated or not. Where nothing is scaled any more all of them go: the next config's record knows of none.
pub async fn release(deps: &Deps, plan: &Plan, live: Endpoint<'_>) -> Result<(), Refusal> {
    if live.kind != Some(Kind::Instance) {
        return Ok(());
    }
    // What cannot be read may be scaled.
    let record = deployments::read(&deps.bucket, live.config).await;
    let is_scaled = record.map_or(true, |found| {
        found.is_some_and(|found| found.value.scaling.is_some())
    });
    let scales = deps.config.scaling.noted().is_some();
    if !scales && !is_scaled {
        return Ok(());
    }
    let variants = [CHAMPION_VARIANT, CHALLENGER_VARIANT].map(str::to_owned);
    let found = targets::look(deps, &variants).await?;
    if found.is_empty() {
        return Ok(());
    }
    let before = instance_types(deps, live.config).await?;
    let challenger = plan.challenger.as_ref();
    let is_target = challenger.is_some_and(|challenger| challenger.place == Place::Production);
    let slots = if is_target { 2 } else { 1 };
    let after = match &deps.config.hosted.hosting {
        Hosting::Instance { instance_type } if scales => {
            let variants = variants.into_iter().take(slots);
            variants.map(|name| (name, instance_type.clone())).collect()
        }
        Hosting::Instance { .. } | Hosting::Serverless { .. } => BTreeMap::new(),
    };
    for variant in scaling::in_the_way(&found, &before, &after) {
        info!(
            variant.name = variant,
            "is no scalable target until the endpoint is updated"
        );
        targets::make(deps, variant, &scaling::Call::Deregister).await?;
    }
    Ok(())
}

/// By variant, of a config; nothing where it is gone.
async fn instance_types(deps: &Deps, config: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let describe = deps.sagemaker.describe_endpoint_config();
    let config = match describe.endpoint_config_name(config).send().await {
        Ok(config) => config,
        Err(error) if refusal::is_missing(&error) => return Ok(BTreeMap::new()),
        Err(error) => return Err(error.into()),
    };
    let variants = config.production_variants().iter().filter_map(|variant| {
        let name = variant.variant_name()?.to_owned();
        Some((name, variant.instance_type()?.as_str().to_owned()))
    });
    Ok(variants.collect())
}
