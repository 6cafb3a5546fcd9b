//! The single flight: a version nobody started, an execution whose end nobody saw.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use contracts::event::{EXECUTION_STATUS, PipelineExecution};
use contracts::keys;
use contracts::run::{Run, RunState};
use loop_state::{objects, pipelines, versions};
use policy::single_flight::{self, Step};

use crate::resend::resend;
use crate::{Deps, Outcome};

pub async fn look(deps: &Deps, outcome: &mut Outcome) -> Result<()> {
    let run = objects::read::<Run>(&deps.bucket, keys::RUN)
        .await?
        .map(|found| found.value);
    if let Some(Run {
        version,
        state: RunState::Stuck { reason },
        ..
    }) = &run
    {
        outcome
            .stuck
            .push(format!("dataset version {version}: {reason}"));
    }
    let active = run.as_ref().filter(|run| run.state == RunState::Active);
    let arn = active.and_then(|run| run.execution_arn.as_deref());
    let mut ended = None;
    for (execution, status) in recent_executions(deps).await? {
        match status {
            Status::Executing | Status::Stopping if Some(execution.as_str()) != arn => {
                outcome
                    .orphans
                    .push(format!("{execution} runs and is not the current run's"));
            }
            Status::Failed | Status::Stopped | Status::Succeeded
                if Some(execution.as_str()) == arn =>
            {
                ended = Some(status);
            }
            _ => {}
        }
    }

    let versions = versions::numbers(&deps.bucket, &deps.config.dataset_name).await?;
    let newest = versions.first().copied();
    // The same decision as start-pipeline's; the execution is looked at below, by its end.
    let hash = pipelines::definition_hash(&deps.sagemaker, &deps.config.pipeline_name).await?;
    let step = single_flight::next(run.as_ref(), newest, None, &hash, deps.config.bounds);
    let reason = match step {
        Step::Claim { version, .. } => Some(format!("dataset version {version} waits")),
        Step::Start => Some("the claimed run was not started".to_owned()),
        _ => ended
            .as_ref()
            .map(|status| format!("the execution ended: {status}")),
    };
    let Some(reason) = reason else { return Ok(()) };
    let detail = PipelineExecution {
        pipeline_arn: pipeline_arn(arn, &deps.config.pipeline_name),
        pipeline_execution_arn: arn.unwrap_or_default().to_owned(),
    };
    if ended == Some(Status::Failed) {
        let watch = ("watch-pipeline", EXECUTION_STATUS);
        resend(deps, outcome, watch, detail.clone(), reason.clone()).await?;
    }
    resend(
        deps,
        outcome,
        ("start-pipeline", EXECUTION_STATUS),
        detail,
        reason,
    )
    .await
}

/// The newest hundred: more than run between two looks.
async fn recent_executions(deps: &Deps) -> Result<Vec<(String, Status)>> {
    let name = &deps.config.pipeline_name;
    let listed = deps
        .sagemaker
        .list_pipeline_executions()
        .pipeline_name(name)
        .max_results(100)
        .send()
        .await
        .with_context(|| format!("list the executions of {name}"))?;
    let summaries = listed
        .pipeline_execution_summaries
        .unwrap_or_default()
        .into_iter();
    Ok(summaries
        .filter_map(|s| Some((s.pipeline_execution_arn?, s.pipeline_execution_status?)))
        .collect())
}

/// An execution's ARN begins with its pipeline's.
fn pipeline_arn(execution_arn: Option<&str>, name: &str) -> String {
    let arn = execution_arn.and_then(|arn| arn.split_once("/execution/"));
    arn.map_or_else(
        || format!("arn:aws:sagemaker:::pipeline/{name}"),
        |(arn, _)| arn.to_owned(),
    )
}
