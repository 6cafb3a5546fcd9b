//! How the tuning job stands, and what it found.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::primitives::DateTime;
use aws_sdk_sagemaker::types::{
    HyperParameterTrainingJobSummary as Summary, HyperParameterTuningJobStatus as Status,
};
use contracts::tuning::{Search, Study, Trial};
use loop_state::packages::PAGE;
use loop_state::tunings;

use crate::Deps;

pub enum Searched {
    Running,
    Found(Search),
    Failed {
        reason: String,
        /// What was found before.
        search: Option<Search>,
    },
}

pub async fn look(deps: &Deps, study: &Study) -> Result<Searched> {
    let job = tunings::job(&deps.sagemaker, &deps.config.stack, &study.name).await?;
    // It is tune-model that creates it; reconcile tells.
    let Some(job) = job else {
        return Ok(Searched::Running);
    };
    let name = job.hyper_parameter_tuning_job_name().unwrap_or_default();
    let end = match job.hyper_parameter_tuning_job_status {
        Some(Status::Completed) => None,
        Some(Status::Failed) => Some(format!("the tuning job {name} failed")),
        Some(Status::Stopped) => Some(format!("the tuning job {name} was stopped")),
        _ => return Ok(Searched::Running),
    };
    let summaries = summaries(deps, name).await?;
    // Those of the attempts before count too.
    let best = job.overall_best_training_job.as_ref();
    let best = best.or(job.best_training_job.as_ref()).map(trial);
    let search = best.and_then(|best| {
        Some(Search {
            trials: summaries.iter().map(trial).collect(),
            best_score: best.score?,
            best: best.training_job,
            winner: best.hyperparameters,
        })
    });
    let reason = match (end, &search) {
        (None, Some(_)) => None,
        (Some(end), _) => Some(end),
        (None, None) => Some(format!("no training job of {name} has a score")),
    };
    Ok(match (reason, search) {
        (None, Some(search)) => Searched::Found(search),
        (reason, search) => {
            let mut reason = reason.unwrap_or_default();
            if let Some(because) = job.failure_reason() {
                reason += &format!(": {because}");
            }
            if search.is_none() {
                reason += &first_failure(&summaries);
            }
            Searched::Failed { reason, search }
        }
    })
}

/// SageMaker's own reason names no training job.
fn first_failure(summaries: &[Summary]) -> String {
    let failed = summaries
        .iter()
        .find_map(|job| Some((job.training_job_name()?, job.failure_reason()?)));
    failed.map_or(String::new(), |(name, because)| {
        format!("; the first that failed, {name}: {because}")
    })
}

/// When the tuning job ended.
pub async fn ended(deps: &Deps, study: &Study) -> Result<Option<DateTime>> {
    let job = tunings::job(&deps.sagemaker, &deps.config.stack, &study.name).await?;
    Ok(job.and_then(|job| job.hyper_parameter_tuning_end_time))
}

/// In the order of their launch: their names are numbered.
async fn summaries(deps: &Deps, name: &str) -> Result<Vec<Summary>> {
    let list = deps
        .sagemaker
        .list_training_jobs_for_hyper_parameter_tuning_job();
    let list = list.hyper_parameter_tuning_job_name(name).max_results(PAGE);
    let mut jobs = list.into_paginator().items().send();
    let mut summaries = Vec::new();
    while let Some(job) = jobs.next().await {
        summaries.push(job.with_context(|| format!("list the training jobs of {name}"))?);
    }
    summaries.sort_by(|a: &Summary, b| a.training_job_name().cmp(&b.training_job_name()));
    Ok(summaries)
}

fn trial(summary: &Summary) -> Trial {
    let metric = summary
        .final_hyper_parameter_tuning_job_objective_metric
        .as_ref();
    let times = summary.training_start_time.zip(summary.training_end_time);
    let tuned = summary.tuned_hyper_parameters.iter().flatten();
    let status = summary.training_job_status.as_ref();
    Trial {
        training_job: summary.training_job_name.clone().unwrap_or_default(),
        status: status.map_or("", |status| status.as_str()).to_owned(),
        score: metric.and_then(|metric| metric.value).map(f64::from),
        // SageMaker writes a text between quotes.
        hyperparameters: tuned
            .map(|(name, value)| (name.clone(), value.trim_matches('"').to_owned()))
            .collect(),
        seconds: times.map(|(start, end)| end.as_secs_f64() - start.as_secs_f64()),
    }
}
