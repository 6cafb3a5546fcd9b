//! Executions with what leads to them and from them.

use aws_sdk_sagemaker::types::PipelineExecutionSummary;
use futures::{StreamExt, TryStreamExt, stream};
use time::OffsetDateTime;

use super::execution::{self, Step};
use super::{Execution, dataset};
use crate::account::Account;

/// Executions that are read side by side; each takes two calls.
const AT_ONCE: usize = 8;

#[derive(Debug, Clone)]
pub struct Traced {
    pub execution: Execution,
    pub started: Option<OffsetDateTime>,
    /// The manifest of the dataset version that it was started on.
    pub manifest_uri: Option<String>,
    /// In the order in which they started.
    pub steps: Vec<Step>,
}

/// The pipeline's executions, the oldest first.
pub async fn traced(account: &Account) -> anyhow::Result<Vec<Traced>> {
    let mut listed = execution::all(account).await?;
    listed.sort_by_key(|summary| summary.start_time().map(|time| time.as_nanos()));
    let read = stream::iter(listed).map(async |summary| trace(account, &summary).await);
    let read: Vec<Option<Traced>> = read.buffered(AT_ONCE).try_collect().await?;
    Ok(read.into_iter().flatten().collect())
}

async fn trace(
    account: &Account,
    summary: &PipelineExecutionSummary,
) -> anyhow::Result<Option<Traced>> {
    let Some(arn) = summary.pipeline_execution_arn() else {
        return Ok(None);
    };
    let started = summary
        .start_time()
        .map(aws_sdk_sagemaker::primitives::DateTime::secs);
    Ok(Some(Traced {
        started: started.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok()),
        manifest_uri: dataset::manifest_uri(account, arn).await?,
        steps: execution::steps(account, arn).await?,
        execution: Execution {
            arn: arn.to_owned(),
            status: summary
                .pipeline_execution_status()
                .map_or("unknown", |status| status.as_str())
                .to_owned(),
        },
    }))
}
