//! Tuning jobs of the stack, and trainings that repeat what they found, that have not ended.

use aws_sdk_sagemaker::types::{HyperParameterTuningJobStatus, TrainingJobStatus};
use contracts::names;
use loop_state::packages::PAGE;
use loop_state::refusal::Refusal;

use crate::patience::Left;
use crate::{Deps, refusal as deletion};

/// Stops those that run. SageMaker stops a tuning job's training jobs with it.
pub async fn stop(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let mut left = tuning_jobs(deps, stack).await?;
    left.extend(repeats(deps, stack).await?);
    Ok(left)
}

async fn tuning_jobs(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let prefix = names::tuning_prefix(stack);
    let list = deps.sagemaker.list_hyper_parameter_tuning_jobs();
    let list = list.name_contains(&prefix).max_results(PAGE);
    let mut jobs = list.into_paginator().items().send();
    let mut left = Left::new();
    while let Some(job) = jobs.next().await {
        let job = job?;
        let name = job.hyper_parameter_tuning_job_name.unwrap_or_default();
        // A name that contains the prefix may begin otherwise.
        if !name.starts_with(&prefix) {
            continue;
        }
        match job.hyper_parameter_tuning_job_status {
            Some(HyperParameterTuningJobStatus::InProgress) => {
                let stop = deps.sagemaker.stop_hyper_parameter_tuning_job();
                let stop = stop.hyper_parameter_tuning_job_name(&name);
                deletion::unless_ended(stop.send().await.map_err(Refusal::from))?;
            }
            Some(HyperParameterTuningJobStatus::Stopping) => {}
            _ => continue,
        }
        left.push(name);
    }
    Ok(left)
}

async fn repeats(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let prefix = names::repeat_prefix(stack);
    let list = deps.sagemaker.list_training_jobs();
    let list = list.name_contains(&prefix).max_results(PAGE);
    let mut jobs = list.into_paginator().items().send();
    let mut left = Left::new();
    while let Some(job) = jobs.next().await {
        let job = job?;
        let name = job.training_job_name.unwrap_or_default();
        if !name.starts_with(&prefix) {
            continue;
        }
        match job.training_job_status {
            Some(TrainingJobStatus::InProgress) => {
                let stop = deps.sagemaker.stop_training_job();
                let stop = stop.training_job_name(&name);
                deletion::unless_ended(stop.send().await.map_err(Refusal::from))?;
            }
            Some(TrainingJobStatus::Stopping) => {}
            _ => continue,
        }
        left.push(name);
    }
    Ok(left)
}
