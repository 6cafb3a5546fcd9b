//! Says why a pipeline execution failed, and retries it where the same again may succeed.
//!
//! The explanation is an object, `state/failures/<execution>.json`, that `status` shows. Only the
//! execution of the current run is retried; the retry is counted before it is made.

mod config;
mod explain;

use anyhow::{Context, Result};
use aws_types::SdkConfig;
use contracts::event::{Event, PipelineExecution};
use contracts::keys;
use contracts::run::{Failure, Run};
use loop_state::objects::Found;
use loop_state::{Bucket, execution, objects};
use policy::naming;
use policy::single_flight::{self, Execution};
use serde::Serialize;
use tracing::{info, warn};

pub use config::Config;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
    pub sagemaker: aws_sdk_sagemaker::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let bucket = Bucket {
            s3: aws_sdk_s3::Client::new(aws),
            name: config.bucket.clone(),
        };
        Self {
            config,
            bucket,
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    NotFailed { status: String },
    Retried { retry: u32, failure: Failure },
    Explained { failure: Failure },
}

pub async fn handle(deps: &Deps, event: Event<PipelineExecution>) -> Result<Outcome> {
    let PipelineExecution {
        pipeline_arn,
        pipeline_execution_arn: arn,
    } = event.detail;
    if !pipeline_arn.ends_with(&format!(":pipeline/{}", deps.config.pipeline_name)) {
        return Ok(Outcome::NotOurs);
    }
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
    match retry(deps, &arn, execution.view()).await? {
        Some(retry) => Ok(Outcome::Retried { retry, failure }),
        None => Ok(Outcome::Explained { failure }),
    }
}

/// Retries the current run's execution within the bound; `None` where that is not to be done.
async fn retry(deps: &Deps, arn: &str, execution: Execution<'_>) -> Result<Option<u32>> {
    let Some(Found { value: run, etag }) = objects::read::<Run>(&deps.bucket, keys::RUN).await?
    else {
        return Ok(None);
    };
    let current = run.execution_arn.as_deref() == Some(arn);
    if !current || !single_flight::retry(&run, execution, deps.config.bounds) {
        return Ok(None);
    }
    let retries = run.retries + 1;
    let counted = Run { retries, ..run };
    if !objects::replace(&deps.bucket, keys::RUN, &counted, &etag).await? {
        // Somebody else moved the run on; the next event or the reconciler brings us back.
        return Ok(None);
    }
    deps.sagemaker
        .retry_pipeline_execution()
        .pipeline_execution_arn(arn)
        .client_request_token(naming::retry_token(arn, retries))
        .send()
        .await
        .with_context(|| format!("retry {arn}"))?;
    info!(
        execution.arn = arn,
        retry = retries,
        "retried the pipeline execution"
    );
    Ok(Some(retries))
}
