//! Studies: an object each, under conditional writes.

use anyhow::Result;
use contracts::keys;
use contracts::run::Run;
use contracts::tuning::Study;
use futures::TryStreamExt;
use policy::tuning;

use crate::objects::{self, Bucket, Found};

/// Of every dataset version.
pub async fn all(bucket: &Bucket) -> Result<Vec<Found<Study>>> {
    below(bucket, keys::TUNINGS).await
}

/// The study whose winner the run's version is to be trained with.
pub async fn waiting(bucket: &Bucket, run: Option<&Run>) -> Result<Option<Study>> {
    let Some(run) = run else {
        return Ok(None);
    };
    let found = below(bucket, &keys::tunings_prefix(run.version)).await?;
    let studies: Vec<Study> = found.into_iter().map(|found| found.value).collect();
    Ok(tuning::waiting(Some(run), &studies).cloned())
}

async fn below(bucket: &Bucket, prefix: &str) -> Result<Vec<Found<Study>>> {
    let listed = objects::list(bucket, prefix).await?;
    let read = objects::read_all(bucket, listed);
    let found: Vec<Option<Found<Study>>> = read.try_collect().await?;
    // One that was deleted since the listing is none.
    Ok(found.into_iter().flatten().collect())
}
