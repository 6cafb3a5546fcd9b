//! Packages that the gate has not judged, and an endpoint that is not where it should be.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::event::{ENDPOINT, Endpoint, MODEL_PACKAGE, ModelPackage};
use loop_state::{deployments, endpoint, packages};
use policy::deployment::{self, Step};
use policy::desired::{self, Desired, Package};

use crate::resend::{Due, resend};
use crate::{Config, Deps, Outcome};

pub async fn look(deps: &Deps, outcome: &mut Outcome) -> Result<()> {
    let group = &deps.config.model_package_group;
    unjudged(deps, outcome).await?;
    let registry = packages::registry(&deps.sagemaker, &deps.bucket, group).await?;
    match desired::version(&registry.packages, registry.pin.as_ref()) {
        Desired::Package(package) => deployment(deps, outcome, package).await,
        Desired::PinNotApproved { version } => {
            outcome.stuck.push(format!(
                "the pin names version {version}, which is not approved"
            ));
            Ok(())
        }
        Desired::Nothing => Ok(()),
    }
}

async fn unjudged(deps: &Deps, outcome: &mut Outcome) -> Result<()> {
    let group = &deps.config.model_package_group;
    let mut pages = deps
        .sagemaker
        .list_model_packages()
        .model_package_group_name(group)
        .model_approval_status(ModelApprovalStatus::PendingManualApproval)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.with_context(|| format!("list the pending packages of {group}"))?;
        for summary in page.model_package_summary_list.unwrap_or_default() {
            let version = summary.model_package_version.unwrap_or_default();
            let model_package_arn = summary.model_package_arn.unwrap_or_default();
            if packages::is_judged(&deps.sagemaker, &model_package_arn).await? {
                continue;
            }
            let due = Due {
                function: "judge-model",
                detail_type: MODEL_PACKAGE,
                detail: ModelPackage {
                    model_package_arn,
                    model_package_group_name: group.clone(),
                },
                reason: format!("version {version} has no verdict"),
            };
            resend(deps, outcome, due).await?;
        }
    }
    Ok(())
}

/// The same decision as deploy-model's, made to see whether there is anything to decide.
async fn deployment(deps: &Deps, outcome: &mut Outcome, package: &Package) -> Result<()> {
    let Config {
        endpoint_name: name,
        hosting,
        execution_role_arn,
        bounds,
        ..
    } = &deps.config;
    let desired = hosting.endpoint_config(name, &package.arn, execution_role_arn);
    let record = deployments::read(&deps.bucket, &desired).await?;
    let record = record.as_ref().map(|found| &found.value);
    let proven = deployments::proven(&deps.bucket, record).await?;
    let live = endpoint::describe(&deps.sagemaker, name).await?;
    let live = live.as_ref().map(endpoint::Described::view);
    let confirmed = record.is_some_and(|record| record.confirmed);
    match deployment::next(&desired, live, record, proven, bounds.attempts) {
        Step::Wait { .. } => return Ok(()),
        Step::Confirmed if confirmed => return Ok(()),
        Step::Stuck { reason } => {
            let version = package.version;
            outcome.stuck.push(format!("version {version}: {reason}"));
            return Ok(());
        }
        _ => {}
    }
    let reason = format!(
        "version {} is desired as {desired}, the endpoint has {}",
        package.version,
        live.map_or("not been made", |live| live.config)
    );
    for function in ["watch-endpoint", "deploy-model"] {
        let due = Due {
            function,
            detail_type: ENDPOINT,
            detail: Endpoint {
                endpoint_name: name.clone(),
            },
            reason: reason.clone(),
        };
        resend(deps, outcome, due).await?;
    }
    Ok(())
}
