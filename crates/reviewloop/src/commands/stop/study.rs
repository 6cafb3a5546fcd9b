//! A study: its tuning job, or the trainings that repeat its winner.

use anyhow::bail;
use aws_sdk_sagemaker::types::TrainingJobStatus;
use contracts::names;
use contracts::tuning::{Study, StudyState};
use policy::naming;
use serde_json::json;

use crate::account::Account;
use crate::output::Output;
use crate::sentence::Sentence;

/// watch-tuning then gives the study up: it keeps the trials that it has.
pub async fn stop(account: &Account, study: &Study, output: &Output) -> anyhow::Result<()> {
    let name = &study.name;
    let stopped = match &study.state {
        StudyState::Searching => vec![tuning_job(account, study).await?],
        StudyState::Repeating { .. } => repeats(account, study).await?,
        StudyState::Ended { .. } => bail!("study {name} does not run: it has ended"),
        StudyState::Failed { reason, .. } => {
            bail!("study {name} does not run: it was given up ({reason})")
        }
    };
    if stopped.is_empty() {
        bail!(
            "study {name} repeats its winner, and none of its trainings runs at this moment: try again"
        );
    }
    let result = json!({ "ok": true, "study": name, "stopped": stopped });
    output.result(&result, || {
        format!("study {name} is being stopped: {}\n", stopped.join(", "))
    })
}

async fn tuning_job(account: &Account, study: &Study) -> anyhow::Result<String> {
    let name = naming::tuning_job(&account.stack, &study.name).map_err(anyhow::Error::msg)?;
    let stop = account.sagemaker.stop_hyper_parameter_tuning_job();
    let stopped = stop.hyper_parameter_tuning_job_name(&name).send().await;
    stopped.map_err(|error| error.sentence(&format!("stop the tuning job {name}")))?;
    Ok(name)
}

/// All that run: one that ends well would wait for the others.
async fn repeats(account: &Account, study: &Study) -> anyhow::Result<Vec<String>> {
    let prefix = format!("{}{}-", names::repeat_prefix(&account.stack), study.name);
    let list = account.sagemaker.list_training_jobs();
    let list = list.name_contains(&prefix);
    let list = list.status_equals(TrainingJobStatus::InProgress);
    let listed = list.send().await;
    let listed = listed.map_err(|error| error.sentence("list the study's repeated trainings"))?;
    let mut stopped = Vec::new();
    for job in listed.training_job_summaries() {
        let name = job.training_job_name().unwrap_or_default();
        let stop = account.sagemaker.stop_training_job();
        let sent = stop.training_job_name(name).send().await;
        sent.map_err(|error| error.sentence(&format!("stop the training job {name}")))?;
        stopped.push(name.to_owned());
    }
    Ok(stopped)
}
