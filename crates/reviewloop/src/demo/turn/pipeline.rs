//! A run, followed to its end with a bar per step.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, bail};
use contracts::keys;
use contracts::run::{Run, RunState};

use super::super::stage::Stage;
use crate::evidence::execution::recorded_failure;
use crate::evidence::{Step, steps};
use crate::progress::Task;
use crate::training_log::last_line;
use crate::wait;

/// Longer than the pipeline gives its steps: what it stops itself is told with its reason.
const LIMIT: Duration = Duration::from_secs(7 * 3_600);

/// Follows `state/run.json`, not one execution: a retry or a new attempt is still this run.
/// Returns the ARN of the execution that succeeded.
pub async fn follow(stage: &Stage<'_>, version: u32) -> anyhow::Result<String> {
    let account = &stage.account;
    let mut bars = HashMap::new();
    let run = wait::until(account, "the run's end", LIMIT, async || {
        let run: Option<Run> = account.object(keys::RUN).await?;
        let Some(run) = run.filter(|run| run.version >= version) else {
            return Ok(None);
        };
        if let Some(arn) = &run.execution_arn {
            show(stage, &mut bars, steps(account, arn).await?);
        }
        Ok((run.state != RunState::Active).then_some(run))
    })
    .await?;
    let execution_arn = run
        .execution_arn
        .context("the run ended without an execution")?;
    if let RunState::Stuck { reason } = run.state {
        let id = execution_arn.rsplit('/').next().unwrap_or_default();
        let recorded = recorded_failure(account, id).await;
        bail!(recorded.unwrap_or_else(|| format!("the pipeline run failed: {reason}")));
    }
    let steps = steps(account, &execution_arn).await?;
    show(stage, &mut bars, steps);
    Ok(execution_arn)
}

fn show(stage: &Stage<'_>, bars: &mut HashMap<String, Option<Task>>, steps: Vec<Step>) {
    for step in steps {
        let bar = bars
            .entry(step.name.clone())
            .or_insert_with(|| Some(stage.progress.task(&step.name)));
        if step.ended {
            if let Some(bar) = bar.take() {
                bar.done(step.seconds, &step.status);
            }
        } else if let Some(bar) = bar {
            let training = step.training_job.as_deref();
            let cloud = &stage.aws.cloud;
            let line = training.and_then(|job| last_line(cloud, &cloud.settings.region, job));
            bar.note(line.as_deref().unwrap_or(&step.status));
        }
    }
}
