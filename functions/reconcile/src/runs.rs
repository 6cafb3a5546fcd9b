//! The single flight: a version that was not started, an execution whose end no event told.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::primitives::DateTime;
use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use contracts::event::{EXECUTION_STATUS, PipelineExecution};
use contracts::keys;
use contracts::run::{Run, RunState};
use contracts::tuning::Study;
use loop_state::packages::PAGE;
use loop_state::{objects, pipelines, reevaluation, tunings, versions};
use policy::notice::Matter;
use policy::single_flight::{self, Observed, Step};
use policy::{tuning, waiting};

use crate::Deps;
use crate::models::age;
use crate::outcome::Found;
use crate::resend::{Due, resend};
use crate::studies;

pub async fn look(deps: &Deps, found: &mut Found) -> Result<()> {
    let run = objects::read::<Run>(&deps.bucket, keys::RUN)
        .await?
        .map(|found| found.value);
    let dataset = &deps.config.dataset_name;
    let pipeline = pipelines::describe(&deps.sagemaker, &deps.config.pipeline_name).await?;
    // A kept bucket may hold the run of an earlier stack, or of the dataset that the stack had before.
    let current = run.as_ref();
    let current = current.filter(|run| run.is_of(dataset, pipeline.created));
    if let Some(Run {
        version,
        attempt,
        state: RunState::Stuck { reason },
        ..
    }) = current
    {
        found.matters.push(Matter::Run {
            version: *version,
            attempt: *attempt,
            reason: reason.clone(),
        });
    }
    let active = run.as_ref().filter(|run| run.state == RunState::Active);
    let arn = active.and_then(|run| run.execution_arn.as_deref());
    let mut ended = None;
    let mut is_listed = false;
    let now = deps.clock.now();
    for (execution, status, started) in recent_executions(deps).await? {
        is_listed |= Some(execution.as_str()) == arn;
        match status {
            Status::Executing | Status::Stopping if Some(execution.as_str()) == arn => {
                let subject = format!("{execution} has been {status}");
                let waited = age(started.as_ref(), now);
                let long = waiting::too_long(&subject, waited, waiting::EXECUTION);
                let id = execution_id(&execution);
                let long = long.map(|reason| Matter::Execution { id, reason });
                found.matters.extend(long);
            }
            Status::Executing | Status::Stopping => {
                let id = execution_id(&execution);
                found.matters.push(Matter::Orphan { id });
            }
            Status::Failed | Status::Stopped | Status::Succeeded
                if Some(execution.as_str()) == arn =>
            {
                ended = Some(status);
            }
            _ => {}
        }
    }

    let numbers = versions::numbers(&deps.bucket, dataset).await?;
    let newest = match (numbers.first(), &run) {
        (Some(newest), Some(run)) if *newest <= run.version => Some(*newest),
        (None, _) => None,
        (Some(_), run) => {
            let newest = versions::newest_for_run(&deps.bucket, dataset, run.as_ref()).await?;
            newest.map(|newest| newest.number)
        }
    };
    let studies = tunings::all(&deps.bucket).await?;
    let studies: Vec<Study> = studies.into_iter().map(|found| found.value).collect();
    studies::look(deps, found, current, &studies).await?;
    // The same decision as start-pipeline's; the execution is looked at below, by its end.
    let bounds = deps.config.bounds;
    let group = &deps.config.hosted.model_package_group;
    let evaluation_outdated =
        reevaluation::is_outdated(&deps.sagemaker, &deps.bucket, group, run.as_ref()).await?;
    let observed = Observed {
        dataset,
        newest,
        execution: None,
        definition_hash: &pipeline.definition_hash,
        pipeline_created: pipeline.created,
        evaluation_outdated,
        winner_waits: tuning::waiting(run.as_ref(), &studies, &pipeline.definition_hash).is_some(),
        today: &now.date().to_string(),
    };
    let step = single_flight::next(run.as_ref(), observed, bounds);
    if let Step::EnoughToday { version, runs } = step {
        found.matters.push(Matter::EnoughRuns { version, runs });
    }
    let reason = match step {
        Step::Claim { version, .. } => Some(format!("dataset version {version} waits")),
        Step::EvaluateAgain { .. } => {
            Some("champion or anchor changed since the evaluation".to_owned())
        }
        Step::Adopt { .. } => Some("a study's winner waits".to_owned()),
        Step::Start => Some("the claimed run was not started".to_owned()),
        _ if arn.is_some() && !is_listed => Some("the execution is not listed".to_owned()),
        _ => ended
            .as_ref()
            .map(|status| format!("the execution ended: {status}")),
    };
    let Some(reason) = reason else { return Ok(()) };
    let failed = (ended == Some(Status::Failed)).then_some("watch-pipeline");
    for function in failed.into_iter().chain(["start-pipeline"]) {
        let due = Due {
            function,
            detail_type: EXECUTION_STATUS,
            detail: PipelineExecution {
                pipeline_arn: pipeline_arn(arn, &deps.config.pipeline_name),
                pipeline_execution_arn: arn.unwrap_or_default().to_owned(),
            },
            reason: reason.clone(),
        };
        resend(deps, found, due).await?;
    }
    Ok(())
}

/// The newest hundred: more than run between two looks.
async fn recent_executions(deps: &Deps) -> Result<Vec<(String, Status, Option<DateTime>)>> {
    let name = &deps.config.pipeline_name;
    let listed = deps
        .sagemaker
        .list_pipeline_executions()
        .pipeline_name(name)
        .max_results(PAGE)
        .send()
        .await
        .with_context(|| format!("list the executions of {name}"))?;
    let summaries = listed
        .pipeline_execution_summaries
        .unwrap_or_default()
        .into_iter();
    Ok(summaries
        .filter_map(|s| {
            let (arn, status) = (s.pipeline_execution_arn?, s.pipeline_execution_status?);
            Some((arn, status, s.start_time))
        })
        .collect())
}

/// An execution's ARN ends with its id.
fn execution_id(arn: &str) -> String {
    arn.rsplit('/').next().unwrap_or_default().to_owned()
}

/// An execution's ARN begins with its pipeline's.
fn pipeline_arn(execution_arn: Option<&str>, name: &str) -> String {
    let arn = execution_arn.and_then(|arn| arn.split_once("/execution/"));
    arn.map_or_else(
        || format!("arn:aws:sagemaker:::pipeline/{name}"),
        |(arn, _)| arn.to_owned(),
    )
}
