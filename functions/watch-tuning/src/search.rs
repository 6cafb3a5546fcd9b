//! How the tuning job stands, and what it found.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::primitives::DateTime;
use aws_sdk_sagemaker::types::{
    HyperParameterTrainingJobSummary as Summary, HyperParameterTuningJobStatus as Status,
};
use contracts::tuning::{Search, Study, Trial};
use loop_state::packages::PAGE;
use loop_state::refusal;
use policy::naming;

use crate::Deps;

pub enum Searched {
    Running,
    Found(Search),
    Failed { reason: String },
}

pub async fn look(deps: &Deps, study: &Study) -> Result<Searched> {
    let name = naming::tuning_job(&deps.config.stack, &study.name);
    let name = name.map_err(anyhow::Error::msg)?;
    let describe = deps.sagemaker.describe_hyper_parameter_tuning_job();
    let describe = describe.hyper_parameter_tuning_job_name(&name);
    let job = match describe.send().await {
        Ok(job) => job,
        // It is tune-model that creates it; reconcile tells.
        Err(error) if refusal::is_missing(&error) => return Ok(Searched::Running),
        Err(error) => return Err(error).with_context(|| format!("describe {name}")),
    };
    let because = |said: &str| match job.failure_reason() {
        Some(reason) => format!("{said}: {reason}"),
        None => said.to_owned(),
    };
    match job.hyper_parameter_tuning_job_status {
        Some(Status::Completed) => {}
        Some(Status::Failed) => {
            let reason = because(&format!("the tuning job {name} failed"));
            return Ok(Searched::Failed { reason });
        }
        Some(Status::Stopped) => {
            let reason = because(&format!("the tuning job {name} was stopped"));
            return Ok(Searched::Failed { reason });
        }
        _ => return Ok(Searched::Running),
    }
    let trials = trials(deps, &name).await?;
    let best = job.best_training_job.as_ref().map(trial);
    let found = best.and_then(|best| Some((best.score?, best)));
    Ok(match found {
        None => Searched::Failed {
            reason: because(&format!("no training job of {name} has a score")),
        },
        Some((best_score, best)) => Searched::Found(Search {
            trials,
            best: best.training_job,
            best_score,
            winner: best.hyperparameters,
        }),
    })
}

/// When the tuning job ended.
pub async fn ended(deps: &Deps, study: &Study) -> Result<Option<DateTime>> {
    let name = naming::tuning_job(&deps.config.stack, &study.name);
    let name = name.map_err(anyhow::Error::msg)?;
    let describe = deps.sagemaker.describe_hyper_parameter_tuning_job();
    let described = describe.hyper_parameter_tuning_job_name(&name).send().await;
    let described = described.with_context(|| format!("describe {name}"))?;
    Ok(described.hyper_parameter_tuning_end_time)
}

/// In the order of their launch: their names are numbered.
async fn trials(deps: &Deps, name: &str) -> Result<Vec<Trial>> {
    let list = deps
        .sagemaker
        .list_training_jobs_for_hyper_parameter_tuning_job();
    let list = list.hyper_parameter_tuning_job_name(name).max_results(PAGE);
    let mut pages = list.into_paginator().send();
    let mut trials = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.with_context(|| format!("list the training jobs of {name}"))?;
        trials.extend(page.training_job_summaries().iter().map(trial));
    }
    trials.sort_by(|a: &Trial, b| a.training_job.cmp(&b.training_job));
    Ok(trials)
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
