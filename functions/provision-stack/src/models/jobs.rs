//! Processing jobs that take large uploads in, or compare two models, and have not ended.

use aws_sdk_sagemaker::types::ProcessingJobStatus;
use contracts::names;
use loop_state::packages::PAGE;
use loop_state::refusal::Refusal;

use crate::patience::Left;
use crate::{Deps, refusal as deletion};

/// Stops those that run.
pub async fn stop(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let mut left = Left::new();
    for prefix in [names::intake_prefix(stack), names::rollout_prefix(stack)] {
        for status in [
            ProcessingJobStatus::InProgress,
            ProcessingJobStatus::Stopping,
        ] {
            left.extend(stop_named(deps, &prefix, status).await?);
        }
    }
    Ok(left)
}

async fn stop_named(
    deps: &Deps,
    prefix: &str,
    status: ProcessingJobStatus,
) -> Result<Left, Refusal> {
    let list = deps.sagemaker.list_processing_jobs();
    let list = list.name_contains(prefix).status_equals(status);
    let list = list.max_results(PAGE);
    let mut jobs = list.into_paginator().items().send();
    let mut left = Left::new();
    while let Some(job) = jobs.next().await {
        let job = job?;
        let name = job.processing_job_name.unwrap_or_default();
        // A name that contains the prefix may begin otherwise.
        if !name.starts_with(prefix) {
            continue;
        }
        if job.processing_job_status == Some(ProcessingJobStatus::InProgress) {
            let stop = deps.sagemaker.stop_processing_job();
            let stop = stop.processing_job_name(&name);
            deletion::unless_ended(stop.send().await.map_err(Refusal::from))?;
        }
        left.push(name);
    }
    Ok(left)
}
