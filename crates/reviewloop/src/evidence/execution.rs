//! A pipeline execution and its steps.

use anyhow::{Context, anyhow};
use aws_sdk_sagemaker::types::{
    PipelineExecutionStep, PipelineExecutionSummary, SortOrder, SortPipelineExecutionsBy,
};
use contracts::run::Failure;
use contracts::{keys, names, pipeline};

use crate::account::Account;
use crate::sentence::{Sentence, is_missing};

#[derive(Debug, Clone)]
pub struct Execution {
    pub arn: String,
    pub status: String,
}

impl Execution {
    pub fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

#[derive(Debug, Clone)]
pub struct Step {
    pub name: String,
    pub status: String,
    pub ended: bool,
    pub seconds: f64,
    pub failure_reason: Option<String>,
    /// The execution whose result was taken from the cache.
    pub cached_from: Option<String>,
    pub training_job: Option<String>,
    /// The processing or training job that it ran.
    pub job_arn: Option<String>,
    pub model_package_arn: Option<String>,
}

/// The execution's steps, the first to start first.
pub async fn steps(account: &Account, arn: &str) -> anyhow::Result<Vec<Step>> {
    let listed = account
        .sagemaker
        .list_pipeline_execution_steps()
        .pipeline_execution_arn(arn)
        .send()
        .await;
    let listed = listed.map_err(|error| error.sentence("list the execution's steps"))?;
    let mut steps = listed.pipeline_execution_steps.unwrap_or_default();
    steps.sort_by_key(|step| {
        step.start_time()
            .map(|time| (time.secs(), time.subsec_nanos()))
    });
    Ok(steps.iter().map(step).collect())
}

fn step(step: &PipelineExecutionStep) -> Step {
    let metadata = step.metadata();
    let seconds = match (step.start_time(), step.end_time()) {
        (Some(start), Some(end)) => end.as_secs_f64() - start.as_secs_f64(),
        _ => 0.0,
    };
    Step {
        name: step.step_name().unwrap_or("unnamed").to_owned(),
        status: step
            .step_status()
            .map_or("unknown", |status| status.as_str())
            .to_owned(),
        ended: step.end_time().is_some(),
        seconds,
        failure_reason: step.failure_reason().map(str::to_owned),
        cached_from: step
            .cache_hit_result()
            .and_then(|hit| hit.source_pipeline_execution_arn())
            .map(str::to_owned),
        training_job: metadata
            .and_then(|metadata| metadata.training_job()?.arn())
            .and_then(|arn| arn.rsplit('/').next())
            .map(str::to_owned),
        job_arn: metadata
            .and_then(|metadata| {
                let processing = metadata.processing_job().and_then(|job| job.arn());
                processing.or_else(|| metadata.training_job()?.arn())
            })
            .map(str::to_owned),
        model_package_arn: metadata
            .and_then(|metadata| metadata.register_model()?.arn())
            .map(str::to_owned),
    }
}

/// `None` where there is none of that ARN.
pub async fn describe(account: &Account, arn: &str) -> anyhow::Result<Option<Execution>> {
    let described = account
        .sagemaker
        .describe_pipeline_execution()
        .pipeline_execution_arn(arn)
        .send()
        .await;
    match described {
        Ok(described) => Ok(Some(Execution {
            arn: arn.to_owned(),
            status: described
                .pipeline_execution_status()
                .map_or("unknown", |status| status.as_str())
                .to_owned(),
        })),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error.sentence("describe the pipeline execution")),
    }
}

/// An execution by its id, or by its ARN as SageMaker prints it.
pub fn of_id(account: &Account, id: &str) -> String {
    if id.starts_with("arn:") {
        return id.to_owned();
    }
    let pipeline = names::pipeline(&account.stack);
    account.sagemaker_arn(&format!("pipeline/{pipeline}/execution/{id}"))
}

/// The execution asked for.
pub async fn find(account: &Account, id: &str) -> anyhow::Result<Execution> {
    match describe(account, &of_id(account, id)).await? {
        Some(execution) => Ok(execution),
        None => Err(unknown(account, id).await),
    }
}

/// What answers an id of no execution: those that are there.
pub async fn unknown(account: &Account, id: &str) -> anyhow::Error {
    let listed = match list(account).await {
        Ok(listed) => listed,
        Err(error) => return error,
    };
    let known = listed.iter().filter_map(|it| it.pipeline_execution_arn());
    let known: Vec<&str> = known.filter_map(|arn| arn.rsplit('/').next()).collect();
    match known.as_slice() {
        [] => anyhow!("there is no execution {id}: the pipeline has not run yet"),
        known => anyhow!(
            "there is no execution {id}; the newest are {}",
            known.join(", ")
        ),
    }
}

/// The newest execution.
pub async fn newest(account: &Account) -> anyhow::Result<String> {
    let newest = list(account).await?.into_iter().next();
    newest
        .and_then(|execution| execution.pipeline_execution_arn)
        .with_context(|| {
            let upload = account.command("reviewloop upload FILE");
            format!("the pipeline has not run yet: {upload} starts the first run")
        })
}

async fn list(account: &Account) -> anyhow::Result<Vec<PipelineExecutionSummary>> {
    let listed = account
        .sagemaker
        .list_pipeline_executions()
        .pipeline_name(names::pipeline(&account.stack))
        .sort_by(SortPipelineExecutionsBy::CreationTime)
        .sort_order(SortOrder::Descending)
        .max_results(SHOWN)
        .send()
        .await;
    let listed = listed.map_err(|error| error.sentence("list the pipeline's executions"))?;
    Ok(listed.pipeline_execution_summaries.unwrap_or_default())
}

/// Every execution, in no order.
pub async fn all(account: &Account) -> anyhow::Result<Vec<PipelineExecutionSummary>> {
    let list = account.sagemaker.list_pipeline_executions();
    let list = list.pipeline_name(names::pipeline(&account.stack));
    let mut pages = list.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| error.sentence("list the pipeline's executions"))?;
        found.extend(page.pipeline_execution_summaries.unwrap_or_default());
    }
    Ok(found)
}

/// Executions that are named where another was asked for.
const SHOWN: i32 = 10;

/// The id of the execution that wrote the prepared rows: on a cache hit it is an earlier one.
pub fn prepared_by<'a>(execution: &'a Execution, steps: &'a [Step]) -> &'a str {
    let prepare = steps
        .iter()
        .find(|step| step.name == pipeline::PREPARE_STEP);
    let source = prepare.and_then(|step| step.cached_from.as_deref());
    source
        .and_then(|arn| arn.rsplit('/').next())
        .unwrap_or(execution.id())
}

/// Why there is nothing to report on yet, or at all.
pub async fn without_evaluation(
    account: &Account,
    execution: &Execution,
    steps: &[Step],
) -> String {
    let id = execution.id();
    if execution.status == "Executing" {
        let step = steps.iter().rfind(|step| !step.ended);
        let step = step.map_or(String::new(), |step| format!(" (step {})", step.name));
        return format!(
            "execution {id} is still under way{step}: its evaluation is not written yet"
        );
    }
    format!(
        "execution {id} has no evaluation: {}",
        reason(account, execution, steps).await
    )
}

/// watch-pipeline's account of a failure, or SageMaker's own.
async fn reason(account: &Account, execution: &Execution, steps: &[Step]) -> String {
    if let Some(recorded) = recorded_failure(account, execution.id()).await {
        return recorded;
    }
    let failed = steps
        .iter()
        .find_map(|step| Some((&step.name, step.failure_reason.as_ref()?)));
    match failed {
        Some((step, reason)) => format!("step {step} failed: {reason}"),
        None => format!("it is {}", execution.status),
    }
}

/// What watch-pipeline recorded of a failed step. What cannot be read hides nothing that is known otherwise.
pub async fn recorded_failure(account: &Account, execution_id: &str) -> Option<String> {
    let recorded: Option<Failure> = account
        .object(&keys::failure(execution_id))
        .await
        .unwrap_or_default();
    let failure = recorded?;
    Some(format!("step {} failed: {}", failure.step?, failure.reason))
}
