//! A run, followed to its end with a bar per step.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, bail};
use aws_sdk_sagemaker::types::PipelineExecutionStep;
use contracts::keys;
use contracts::run::{Failure, Run, RunState};

use super::super::Stage;
use crate::account::Account;
use crate::progress::Task;
use crate::sentence::Sentence;
use crate::wait;

/// A run that succeeded.
pub struct Finished {
    pub execution_arn: String,
    pub status: String,
    /// In the order in which they started.
    pub steps: Vec<Step>,
    pub model_package_arn: Option<String>,
    /// Where prepare's profile lies.
    pub profile_key: String,
}

pub struct Step {
    pub name: String,
    pub status: String,
    pub seconds: f64,
}

/// The real data trains for minutes; an hour is a run that hangs.
const LIMIT: Duration = Duration::from_secs(3_600);

/// Follows `state/run.json`, not one execution: a retry or a new attempt is still this run.
pub async fn follow(stage: &Stage<'_>, version: u32) -> anyhow::Result<Finished> {
    let account = &stage.account;
    let mut bars = HashMap::new();
    let run = wait::until("the run's end", LIMIT, async || {
        let run: Option<Run> = account.object(keys::RUN).await?;
        let Some(run) = run.filter(|run| run.version >= version) else {
            return Ok(None);
        };
        if let Some(arn) = &run.execution_arn {
            show(stage, &mut bars, &steps(account, arn).await?);
        }
        Ok((run.state != RunState::Active).then_some(run))
    })
    .await?;
    let execution_arn = run
        .execution_arn
        .context("the run ended without an execution")?;
    if let RunState::Stuck { reason } = run.state {
        bail!(failed(account, &execution_arn, &reason).await);
    }
    let steps = steps(account, &execution_arn).await?;
    let id = execution_arn.rsplit('/').next().unwrap_or_default();
    Ok(Finished {
        status: "Succeeded".to_owned(),
        model_package_arn: steps.iter().find_map(registered),
        steps: steps.iter().map(measured).collect(),
        profile_key: format!("{}{id}/profile/profile.json", keys::EXECUTIONS),
        execution_arn,
    })
}

/// The execution's steps, the first to start first.
async fn steps(account: &Account, arn: &str) -> anyhow::Result<Vec<PipelineExecutionStep>> {
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
    Ok(steps)
}

fn show(
    stage: &Stage<'_>,
    bars: &mut HashMap<String, Option<Task>>,
    steps: &[PipelineExecutionStep],
) {
    for step in steps {
        let Step {
            name,
            status,
            seconds,
        } = measured(step);
        let bar = bars
            .entry(name.clone())
            .or_insert_with(|| Some(stage.progress.task(&name)));
        if step.end_time().is_none() {
            if let Some(bar) = bar {
                bar.note(&status);
            }
        } else if let Some(bar) = bar.take() {
            bar.done(seconds, &status);
        }
    }
}

fn measured(step: &PipelineExecutionStep) -> Step {
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
        seconds,
    }
}

fn registered(step: &PipelineExecutionStep) -> Option<String> {
    step.metadata()?.register_model()?.arn().map(str::to_owned)
}

/// watch-pipeline's account of the failure, or the run's own.
async fn failed(account: &Account, execution_arn: &str, reason: &str) -> String {
    let id = execution_arn.rsplit('/').next().unwrap_or_default();
    let failure: Option<Failure> = account.object(&keys::failure(id)).await.unwrap_or_default();
    match failure.and_then(|failure| Some((failure.step?, failure.reason))) {
        Some((step, reason)) => format!("pipeline step {step} failed: {reason}"),
        None => format!("the pipeline run failed: {reason}"),
    }
}
