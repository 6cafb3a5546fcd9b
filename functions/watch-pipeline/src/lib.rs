//! Says why a pipeline execution failed, and retries it where the same again may succeed.
//!
//! The explanation is an object, `state/failures/<execution>.json`, that `status` shows. Only the
//! execution of the current run is retried; the retry is counted before it is made.

mod config;
mod deps;
mod explain;
mod outcome;
mod retry;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::PipelineExecution;
use loop_state::execution;
use tracing::warn;

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;

pub async fn handle(deps: &Deps, event: EventBridgeEvent<PipelineExecution>) -> Result<Outcome> {
    let PipelineExecution {
        pipeline_arn,
        pipeline_execution_arn: arn,
    } = event.detail;
    if !pipeline_arn.ends_with(&format!(":pipeline/{}", deps.config.pipeline_name)) {
        return Ok(Outcome::NotOurs);
    }
    // run.json before the execution: where another invocation counts a retry in between, the
    // compare-and-set of this one fails.
    let run = retry::current(deps, &arn).await?;
    let execution = execution::describe(&deps.sagemaker, &arn).await?;
    if execution.status != "Failed" && execution.status != "Stopped" {
        return Ok(Outcome::NotFailed {
            status: execution.status,
        });
    }
    let failure = explain::failure(&arn, &execution);
    warn!(
        execution.arn = arn, step = failure.step, reason = failure.reason,
        class = ?failure.class, "the pipeline execution failed"
    );
    explain::record(deps, &failure).await?;
    let retried = match run {
        Some(run) => retry::retry(deps, &arn, run, execution.view()).await?,
        None => None,
    };
    Ok(match retried {
        Some(retry) => Outcome::Retried { retry, failure },
        None => Outcome::Explained { failure },
    })
}
