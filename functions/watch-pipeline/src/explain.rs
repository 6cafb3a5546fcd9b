//! Which step failed, and why.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::StepStatus;
use contracts::keys;
use contracts::run::Failure;
use loop_state::objects::{self, Found};
use policy::failure;

use crate::Deps;

/// The failed step's own reason says more than the execution's.
pub async fn failure(deps: &Deps, arn: &str, status: &str, reason: &str) -> Result<Failure> {
    let mut pages = deps
        .sagemaker
        .list_pipeline_execution_steps()
        .pipeline_execution_arn(arn)
        .into_paginator()
        .send();
    let mut failed = None;
    while let Some(page) = pages.next().await {
        let page = page.with_context(|| format!("list the steps of {arn}"))?;
        let steps = page.pipeline_execution_steps.unwrap_or_default();
        failed = failed.or_else(|| {
            steps
                .into_iter()
                .find(|step| step.step_status == Some(StepStatus::Failed))
        });
    }
    let class = failure::class(status, reason);
    let (step, reason) = match failed {
        Some(step) => (
            step.step_name,
            step.failure_reason.unwrap_or_else(|| reason.to_owned()),
        ),
        None => (None, reason.to_owned()),
    };
    Ok(Failure {
        execution_arn: arn.to_owned(),
        step,
        reason,
        class,
    })
}

/// Writes the explanation, over that of an earlier retry.
pub async fn record(deps: &Deps, failure: &Failure) -> Result<()> {
    let id = failure.execution_arn.rsplit('/').next().unwrap_or_default();
    let key = keys::failure(id);
    let written = match objects::read::<Failure>(&deps.bucket, &key).await? {
        Some(Found { value, .. }) if value == *failure => true,
        Some(Found { etag, .. }) => objects::replace(&deps.bucket, &key, failure, &etag).await?,
        None => objects::create(&deps.bucket, &key, failure).await?,
    };
    // A lost race was lost to the same explanation of the same failure.
    let _ = written;
    Ok(())
}
