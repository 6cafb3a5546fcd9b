//! Packages that wait for the gate or for a person, and an endpoint that is not where it should be.

use std::pin::pin;
use std::time::Duration;

use anyhow::Result;
use aws_sdk_sagemaker::primitives::DateTime;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::event::{ENDPOINT, Endpoint, MODEL_PACKAGE, ModelPackage};
use contracts::verdict::{Decision, METADATA_WITHDRAWN};
use futures::{StreamExt, TryStreamExt, stream};
use loop_state::deployments::{self, Desired, Look, Plan};
use loop_state::objects::AT_ONCE;
use loop_state::packages;
use policy::deployment::Step;
use policy::desired::Package;
use policy::notice::Matter;
use policy::waiting;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::Deps;
use crate::outcome::Found;
use crate::resend::{Due, resend};
use crate::rollouts::{Rollouts, Stand};

pub async fn look(deps: &Deps, found: &mut Found) -> Result<()> {
    let now = deps.clock.now();
    let hosted = &deps.config.hosted;
    let look = deployments::look(&deps.sagemaker, &deps.bucket, hosted, now).await?;
    let desired = match &look.desired {
        Desired::Version(plan) => Some(&plan.package),
        Desired::PinNotApproved { .. } | Desired::Nothing => None,
    };
    pending(deps, found, desired, now).await?;
    withdrawn(deps, found, now).await?;
    match &look.desired {
        Desired::Version(plan) => deployment(deps, found, &look, plan, now).await,
        Desired::PinNotApproved { version } => {
            found.matters.push(Matter::Pin { version: *version });
            Ok(())
        }
        Desired::Nothing => Ok(()),
    }
}

/// Only a version above the desired one can still become it. Checks for a verdict only on the first
/// day, so the cost grows with undecided packages by one small object each.
async fn pending(
    deps: &Deps,
    found: &mut Found,
    desired: Option<&Package>,
    now: OffsetDateTime,
) -> Result<()> {
    let group = &deps.config.hosted.model_package_group;
    let rollouts = Rollouts::look(deps, desired, now).await?;
    let mut oldest: Option<(Duration, i32)> = None;
    for summary in packages::of_status(
        &deps.sagemaker,
        group,
        ModelApprovalStatus::PendingManualApproval,
        None,
    )
    .await?
    {
        let version = summary.model_package_version.unwrap_or_default();
        let model_package_arn = summary.model_package_arn.unwrap_or_default();
        if desired.is_some_and(|desired| version < desired.version) {
            continue;
        }
        let created = summary.creation_time.map_or(0, |time| time.secs());
        let stand = rollouts.stand(deps, (version, created)).await?;
        let registered = age(summary.creation_time.as_ref(), now);
        let is_undecided = match &stand {
            Stand::Compared { reason, since } if *since <= waiting::DECISION => {
                let reason = reason.clone();
                found.matters.push(Matter::Compared { version, reason });
                continue;
            }
            Stand::Compared { since, .. } => {
                oldest = oldest.max(Some((*since, version)));
                continue;
            }
            Stand::Comparing if registered > waiting::DECISION => continue,
            Stand::Alone if registered > waiting::DECISION => {
                oldest = oldest.max(Some((registered, version)));
                continue;
            }
            Stand::Comparing => false,
            Stand::Alone => true,
        };
        if let Some(decision) = packages::decision(&deps.sagemaker, &model_package_arn).await? {
            let passed = decision == Decision::Approved;
            let undecided = is_undecided.then_some(Matter::Undecided { version, passed });
            found.matters.extend(undecided);
            continue;
        }
        let due = Due {
            function: "judge-model",
            detail_type: MODEL_PACKAGE,
            detail: ModelPackage {
                model_package_arn,
                model_package_group_name: deps.config.hosted.model_package_group.clone(),
            },
            reason: format!("version {version} has no verdict"),
        };
        resend(deps, found, due).await?;
    }
    if let Some((waited, version)) = oldest {
        let subject = format!("version {version} has waited for a decision (approve or reject it)");
        let reason = waiting::too_long(&subject, waited, waiting::DECISION);
        let waits = reason.map(|reason| Matter::Waits { version, reason });
        found.matters.extend(waits);
    }
    Ok(())
}

/// ListModelPackages selects and sorts by the time of registration, not by that of the last change (its reference). A
/// version is withdrawn soon after its approval; one that is approved later than this is not told of.
const WITHDRAWN_WITHIN_DAYS: i64 = 30;

/// The rejected versions that were withdrawn.
async fn withdrawn(deps: &Deps, found: &mut Found, now: OffsetDateTime) -> Result<()> {
    let after = now.unix_timestamp() - WITHDRAWN_WITHIN_DAYS * 24 * 3600;
    let after = Some(DateTime::from_secs(after));
    let group = &deps.config.hosted.model_package_group;
    let rejected = ModelApprovalStatus::Rejected;
    let rejected = packages::of_status(&deps.sagemaker, group, rejected, after).await?;
    let described = stream::iter(rejected).map(async |summary| {
        let arn = summary.model_package_arn.clone().unwrap_or_default();
        let package = packages::describe(&deps.sagemaker, &arn).await?;
        anyhow::Ok((summary, package))
    });
    let mut described = pin!(described.buffered(AT_ONCE));
    while let Some((summary, package)) = described.try_next().await? {
        let mut metadata = package.customer_metadata_properties.unwrap_or_default();
        if let Some(mark) = metadata.remove(METADATA_WITHDRAWN) {
            let version = summary.model_package_version.unwrap_or_default();
            found.matters.push(Matter::Withdrawn { version, mark });
        }
    }
    Ok(())
}

/// The same decision as deploy-model's, made to see whether there is anything to do.
async fn deployment(
    deps: &Deps,
    found: &mut Found,
    look: &Look,
    plan: &Plan,
    now: OffsetDateTime,
) -> Result<()> {
    let version = plan.introduced().version;
    let record = plan.record.as_ref().map(|record| &record.value);
    let is_confirmed = record.is_some_and(|record| record.confirmed);
    let is_scaled = record.is_some_and(|record| record.scaling == deps.config.scaling.noted());
    match &plan.step {
        Step::Wait { .. } => {
            let reason = waits_too_long(look, now);
            let busy = reason.map(|reason| Matter::Endpoint { reason });
            found.matters.extend(busy);
            return Ok(());
        }
        Step::Confirmed if is_confirmed && is_scaled => return Ok(()),
        Step::Paused { reason } => {
            let reason = reason.clone();
            found.matters.push(Matter::Paused { version, reason });
            return Ok(());
        }
        Step::Stuck { reason } => {
            let reason = reason.clone();
            found.matters.push(Matter::Deployment { version, reason });
            return Ok(());
        }
        _ => {}
    }
    let reason = if is_confirmed {
        format!(
            "the endpoint's variants were scaled for other settings than {}",
            deps.config.scaling
        )
    } else {
        format!(
            "version {version} is desired as {}, the endpoint has {}",
            plan.config,
            look.live().map_or("not been made", |live| live.config)
        )
    };
    for function in ["watch-endpoint", "deploy-model"] {
        let due = Due {
            function,
            detail_type: ENDPOINT,
            detail: Endpoint {
                endpoint_name: deps.config.hosted.endpoint_name.clone(),
            },
            reason: reason.clone(),
        };
        resend(deps, found, due).await?;
    }
    Ok(())
}

fn waits_too_long(look: &Look, now: OffsetDateTime) -> Option<String> {
    let endpoint = look.endpoint.as_ref()?;
    let since = OffsetDateTime::parse(&endpoint.last_modified_time, &Rfc3339).ok()?;
    let waited = (now - since).try_into().unwrap_or_default();
    waiting::endpoint(&endpoint.status, waited)
}

/// `None` counts as new.
pub fn age(time: Option<&DateTime>, now: OffsetDateTime) -> Duration {
    let seconds = time.map_or(0, |time| now.unix_timestamp() - time.secs());
    Duration::from_secs(seconds.try_into().unwrap_or_default())
}
