//! Studies: an object each, under conditional writes, and a tuning job.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::Client;
use aws_sdk_sagemaker::operation::describe_hyper_parameter_tuning_job::DescribeHyperParameterTuningJobOutput;
use contracts::keys;
use contracts::run::Run;
use contracts::tuning::Study;
use futures::TryStreamExt;
use policy::{naming, tuning};

use crate::objects::{self, Bucket, Found};
use crate::refusal;

/// Of every dataset version.
pub async fn all(bucket: &Bucket) -> Result<Vec<Found<Study>>> {
    below(bucket, keys::TUNINGS).await
}

pub type TuningJob = DescribeHyperParameterTuningJobOutput;

/// The study's tuning job; `None` where it is not there. One whose name would be too long was never created.
pub async fn job(sagemaker: &Client, stack: &str, study: &str) -> Result<Option<TuningJob>> {
    let Ok(name) = naming::tuning_job(stack, study) else {
        return Ok(None);
    };
    let describe = sagemaker.describe_hyper_parameter_tuning_job();
    let describe = describe.hyper_parameter_tuning_job_name(&name);
    match describe.send().await {
        Ok(job) => Ok(Some(job)),
        Err(error) if refusal::is_missing(&error) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("describe {name}")),
    }
}

/// The study whose winner the run's version is to be trained with.
pub async fn waiting(
    bucket: &Bucket,
    run: Option<&Run>,
    definition_hash: &str,
) -> Result<Option<Study>> {
    let Some(run) = run else {
        return Ok(None);
    };
    let found = below(bucket, &keys::tunings_prefix(run.version)).await?;
    let studies: Vec<Study> = found.into_iter().map(|found| found.value).collect();
    Ok(tuning::waiting(Some(run), &studies, definition_hash).cloned())
}

async fn below(bucket: &Bucket, prefix: &str) -> Result<Vec<Found<Study>>> {
    let listed = objects::list(bucket, prefix).await?;
    let read = objects::read_all(bucket, listed);
    let found: Vec<Option<Found<Study>>> = read.try_collect().await?;
    // One that was deleted since the listing is none.
    Ok(found.into_iter().flatten().collect())
}
