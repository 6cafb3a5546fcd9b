//! Retries the current run's execution within the bound.

use anyhow::{Context, Result};
use contracts::keys;
use contracts::run::{Run, RunState};
use loop_state::execution;
use loop_state::objects::{self, Found};
use policy::naming;
use policy::single_flight::{self, Execution, Retry};
use tracing::{info, warn};

use crate::Deps;

/// The number of the retry that was made; `None` where none was to be made.
pub async fn retry(
    deps: &Deps,
    arn: &str,
    Found { value: run, etag }: Found<Run>,
    execution: Execution<'_>,
) -> Result<Option<u32>> {
    let retries = match single_flight::retry(&run, execution, deps.config.bounds) {
        Retry::No => return Ok(None),
        Retry::Repeat => run.retries,
        Retry::Count => {
            let counted = Run {
                retries: run.retries + 1,
                retried_failure: Some(execution.last_modified_time.to_owned()),
                ..run
            };
            if !objects::replace(&deps.bucket, keys::RUN, &counted, &etag).await? {
                // Another invocation moved the run on; the next event or the reconciler brings us back.
                return Ok(None);
            }
            counted.retries
        }
    };
    let call = deps.sagemaker.retry_pipeline_execution();
    let call = call.pipeline_execution_arn(arn);
    let call = call.client_request_token(naming::retry_token(arn, retries));
    if let Err(error) = call.send().await {
        let Some(refusal) = execution::refusal(&error) else {
            return Err(error).with_context(|| format!("retry {arn}"));
        };
        give_up(deps, arn, execution, &refusal).await?;
        return Ok(None);
    }
    info!(
        execution.arn = arn,
        retry = retries,
        "retried the pipeline execution"
    );
    Ok(Some(retries))
}

/// start-pipeline waits for a counted retry, so one that is refused must end the run; unless the
/// refusal came because the execution runs again already.
async fn give_up(deps: &Deps, arn: &str, failed: Execution<'_>, refusal: &str) -> Result<()> {
    warn!(execution.arn = arn, refusal, "the retry was refused");
    let now = execution::describe(&deps.sagemaker, arn).await?;
    if now.view() != failed {
        return Ok(());
    }
    let Some(Found { value: run, etag }) = current(deps, arn).await? else {
        return Ok(());
    };
    let stuck = Run {
        state: RunState::Stuck {
            reason: format!(
                "{} (its retry was refused: {refusal})",
                failed.failure_reason
            ),
        },
        ..run
    };
    objects::replace(&deps.bucket, keys::RUN, &stuck, &etag)
        .await
        .map(drop)
}

/// The run, if this is its execution.
pub async fn current(deps: &Deps, arn: &str) -> Result<Option<Found<Run>>> {
    let run = objects::read::<Run>(&deps.bucket, keys::RUN).await?;
    Ok(run.filter(|run| run.value.execution_arn.as_deref() == Some(arn)))
}
