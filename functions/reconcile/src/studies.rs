//! Studies: a tuning job that was not created, and an end that no event told.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::{HyperParameterTuningJobStatus as Status, TrainingJobStatus};
use contracts::event::{TUNING_JOB, TuningJob};
use contracts::names;
use contracts::run::Run;
use contracts::tuning::{Study, StudyState};
use loop_state::tunings;
use policy::naming;
use policy::notice::Matter;
use policy::tuning;

use crate::Deps;
use crate::outcome::Found;
use crate::resend::{Due, resend};

pub async fn look(
    deps: &Deps,
    found: &mut Found,
    run: Option<&Run>,
    studies: &[Study],
) -> Result<()> {
    // A newer version has studies of its own, and of one version the last counts.
    let of_run = studies.iter().filter(|study| {
        run.is_some_and(|run| {
            run.version == study.version
                && run.dataset == study.dataset
                && run.is_of_pipeline(study.pipeline_created)
        })
    });
    let current = of_run.max_by_key(|study| study.started_at);
    for study in studies {
        let is_current = current.is_some_and(|current| current.name == study.name);
        match &study.state {
            StudyState::Failed { reason, .. } if is_current => {
                found.matters.push(Matter::Study {
                    study: study.name.clone(),
                    reason: reason.clone(),
                    command: tuning::command(study),
                });
            }
            StudyState::Searching => searching(deps, found, study).await?,
            StudyState::Repeating { .. } => repeating(deps, found, study).await?,
            StudyState::Failed { .. } | StudyState::Ended { .. } => {}
        }
    }
    Ok(())
}

async fn searching(deps: &Deps, found: &mut Found, study: &Study) -> Result<()> {
    let Ok(name) = naming::tuning_job(&deps.config.stack, &study.name) else {
        return Ok(());
    };
    let Some(job) = tunings::job(&deps.sagemaker, &deps.config.stack, &study.name).await? else {
        let reason = format!("{name} was not created");
        return wake(deps, found, "tune-model", name, reason).await;
    };
    match job.hyper_parameter_tuning_job_status {
        Some(status @ (Status::Completed | Status::Failed | Status::Stopped)) => {
            let reason = format!("{name} ended: {status}");
            wake(deps, found, "watch-tuning", name, reason).await
        }
        _ => Ok(()),
    }
}

/// While one of the trainings runs, its end is an event.
async fn repeating(deps: &Deps, found: &mut Found, study: &Study) -> Result<()> {
    let prefix = names::repeat_prefix(&deps.config.stack);
    let prefix = format!("{prefix}{}-", study.name);
    let list = deps.sagemaker.list_training_jobs();
    let list = list
        .name_contains(&prefix)
        .status_equals(TrainingJobStatus::InProgress);
    let listed = list
        .send()
        .await
        .with_context(|| format!("list the training jobs {prefix}"))?;
    if !listed.training_job_summaries().is_empty() {
        return Ok(());
    }
    let reason = format!("no training of study {} runs", study.name);
    wake(deps, found, "watch-tuning", prefix, reason).await
}

async fn wake(
    deps: &Deps,
    found: &mut Found,
    function: &'static str,
    name: String,
    reason: String,
) -> Result<()> {
    let due = Due {
        function,
        detail_type: TUNING_JOB,
        detail: TuningJob {
            hyper_parameter_tuning_job_name: name,
        },
        reason,
    };
    resend(deps, found, due).await
}
