//! The run, its execution and its study.

use contracts::run::Run;
use contracts::tuning::{Study, StudyState};
use contracts::{keys, names};
use policy::naming;

use crate::account::Account;
use crate::evidence;
use crate::sentence::Sentence;

#[derive(Debug, Clone)]
pub struct Execution {
    pub status: String,
    /// The step that runs, or that failed.
    pub step: Option<String>,
    /// How far the training job of that step is.
    pub training: Option<Training>,
}

#[derive(Debug, Clone)]
pub struct Training {
    /// SageMaker's secondary status: "Downloading", "Training".
    pub status: String,
    /// The last value of each metric so far.
    pub metrics: Vec<(String, f32)>,
}

/// How far the tuning job of a study is that searches.
#[derive(Debug, Clone)]
pub struct Searched {
    /// Training jobs that ended with a model: completed, or stopped early.
    pub trained: i32,
    /// Of the best of them.
    pub best: Option<f32>,
}

/// Of this stack's pipeline, with the hash of its definition: a kept bucket may hold the run of an earlier one.
pub async fn run(account: &Account) -> anyhow::Result<(Option<Run>, Option<String>)> {
    let Some(run) = account.object::<Run>(keys::RUN).await? else {
        return Ok((None, None));
    };
    let describe = account.sagemaker.describe_pipeline();
    let pipeline = describe.pipeline_name(names::pipeline(&account.stack));
    let described = pipeline.send().await.ok();
    let pipeline = described.and_then(|pipeline| {
        let created = pipeline.creation_time?.secs();
        let definition = pipeline.pipeline_definition?;
        Some((created, naming::definition_hash(&definition, created)))
    });
    let Some((created, definition_hash)) = pipeline else {
        return Ok((Some(run), None));
    };
    let run = Some(run).filter(|run| run.is_of_pipeline(created));
    Ok((run, Some(definition_hash)))
}

pub async fn execution(account: &Account, arn: &str) -> anyhow::Result<Option<Execution>> {
    let Some(described) = evidence::execution::describe(account, arn).await? else {
        return Ok(None);
    };
    let steps = evidence::execution::steps(account, arn).await?;
    let unfinished = steps.into_iter().find(|step| step.status != "Succeeded");
    let job = unfinished.as_ref().filter(|step| !step.ended);
    let training = match job.and_then(|step| step.training_job.as_deref()) {
        Some(job) => Some(training(account, job).await?),
        None => None,
    };
    Ok(Some(Execution {
        status: described.status,
        step: unfinished.map(|step| step.name),
        training,
    }))
}

async fn training(account: &Account, job: &str) -> anyhow::Result<Training> {
    let describe = account.sagemaker.describe_training_job();
    let described = describe.training_job_name(job).send().await;
    let described = described.map_err(|error| error.sentence("describe the training job"))?;
    let metrics = described.final_metric_data_list().iter();
    Ok(Training {
        status: described
            .secondary_status()
            .map_or("unknown", |status| status.as_str())
            .to_owned(),
        metrics: metrics
            .filter_map(|metric| Some((metric.metric_name()?.to_owned(), metric.value()?)))
            .collect(),
    })
}

/// Of one dataset version there are few.
const STUDIES: usize = 20;

/// The study of the run's dataset version that was started last.
pub async fn study(account: &Account, run: Option<&Run>) -> anyhow::Result<Option<Study>> {
    let Some(run) = run else { return Ok(None) };
    let prefix = keys::tunings_prefix(run.version);
    let newest = account.newest_keys(&prefix, STUDIES).await?;
    let mut studies = Vec::new();
    for key in newest {
        studies.extend(account.object::<Study>(&key).await?);
    }
    studies
        .retain(|study| study.dataset == run.dataset && run.is_of_pipeline(study.pipeline_created));
    Ok(studies.into_iter().max_by_key(|study| study.started_at))
}

pub async fn searched(
    account: &Account,
    study: Option<&Study>,
) -> anyhow::Result<Option<Searched>> {
    let Some(study) = study.filter(|study| matches!(study.state, StudyState::Searching)) else {
        return Ok(None);
    };
    let name = naming::tuning_job(&account.stack, &study.name).map_err(anyhow::Error::msg)?;
    let describe = account.sagemaker.describe_hyper_parameter_tuning_job();
    let described = describe.hyper_parameter_tuning_job_name(&name).send().await;
    // It is created a moment after the record, and a caller need not be allowed to look.
    let Ok(described) = described else {
        return Ok(None);
    };
    let counters = described.training_job_status_counters();
    let trained = counters.map_or(0, |counters| {
        counters.completed().unwrap_or_default() + counters.stopped().unwrap_or_default()
    });
    let best = described.best_training_job();
    let best = best.and_then(|best| best.final_hyper_parameter_tuning_job_objective_metric());
    Ok(Some(Searched {
        trained,
        best: best.and_then(|metric| metric.value()),
    }))
}
