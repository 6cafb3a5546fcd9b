//! The study's record, and where its trainings stand that the record does not have yet.

use anyhow::Context;
use contracts::keys;
use contracts::names;
use contracts::tuning::{Study, StudyState, Trial};
use policy::naming;

use crate::account::Account;
use crate::sentence::{Sentence, is_missing};

pub struct Seen {
    pub study: Study,
    /// In the order of their launch.
    pub trials: Vec<Trial>,
    /// Trainings with other seeds: name and status.
    pub repeats: Vec<(String, String)>,
}

/// Ran to its end: what another had reached is the score of fewer epochs.
pub fn is_complete(trial: &Trial) -> bool {
    trial.status == "Completed" && trial.score.is_some()
}

pub async fn look(account: &Account, name: &str) -> anyhow::Result<Seen> {
    let study: Option<Study> = account.object(&keys::tuning(name)).await?;
    let study = study
        .with_context(|| format!("study {name} is gone: SageMaker has refused its tuning job"))?;
    let trials = match study.search() {
        Some(search) => search.trials.clone(),
        None => trials(account, name).await?,
    };
    let repeats = match study.state {
        StudyState::Repeating { .. } => repeats(account, name).await?,
        _ => Vec::new(),
    };
    Ok(Seen {
        study,
        trials,
        repeats,
    })
}

async fn trials(account: &Account, study: &str) -> anyhow::Result<Vec<Trial>> {
    let name = naming::tuning_job(&account.stack, study).map_err(anyhow::Error::msg)?;
    let list = account
        .sagemaker
        .list_training_jobs_for_hyper_parameter_tuning_job();
    let list = list.hyper_parameter_tuning_job_name(&name).max_results(100);
    let mut jobs = list.into_paginator().items().send();
    let mut trials = Vec::new();
    while let Some(job) = jobs.next().await {
        let job = match job {
            Ok(job) => job,
            // It is created a moment after the record.
            Err(error) if is_missing(&error) => break,
            Err(error) => return Err(error.sentence("list the study's training jobs")),
        };
        let metric = job.final_hyper_parameter_tuning_job_objective_metric;
        let times = job.training_start_time.zip(job.training_end_time);
        let status = job.training_job_status;
        let tuned = job.tuned_hyper_parameters.unwrap_or_default().into_iter();
        trials.push(Trial {
            training_job: job.training_job_name.unwrap_or_default(),
            status: status.map_or_else(String::new, |status| status.as_str().to_owned()),
            score: metric.and_then(|metric| metric.value).map(f64::from),
            hyperparameters: tuned
                .map(|(name, value)| (name, value.trim_matches('"').to_owned()))
                .collect(),
            seconds: times.map(|(start, end)| end.as_secs_f64() - start.as_secs_f64()),
        });
    }
    trials.sort_by(|a: &Trial, b| a.training_job.cmp(&b.training_job));
    Ok(trials)
}

async fn repeats(account: &Account, study: &str) -> anyhow::Result<Vec<(String, String)>> {
    let prefix = format!("{}{study}-", names::repeat_prefix(&account.stack));
    let list = account.sagemaker.list_training_jobs();
    let listed = list.name_contains(&prefix).send().await;
    let listed = listed.map_err(|error| error.sentence("list the study's repeated trainings"))?;
    let jobs = listed.training_job_summaries().iter();
    let mut repeats: Vec<(String, String)> = jobs
        .filter_map(|job| {
            let name = job.training_job_name()?.strip_prefix(&prefix)?;
            let status = job.training_job_status()?.as_str();
            Some((name.to_owned(), status.to_owned()))
        })
        .collect();
    repeats.sort();
    Ok(repeats)
}
