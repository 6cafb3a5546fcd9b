//! What a worker has taken, found without reading every open task: a mark for each, which only says where to look.
//!
//! It is written before the task is taken, so that a crash in between hides no task; the task alone says whose it is.

use anyhow::Result;
use contracts::keys;
use contracts::task::Worker;

use crate::objects::{self, Bucket};

/// Before the worker takes the task.
pub async fn note(bucket: &Bucket, worker: &Worker, human_loop: &str) -> Result<()> {
    let key = keys::claimed_task(&worker.id, human_loop);
    objects::create_bytes(bucket, &key, Vec::new()).await?;
    Ok(())
}

/// Once the task is not the worker's.
pub async fn forget(bucket: &Bucket, worker: &Worker, human_loop: &str) -> Result<()> {
    objects::delete(bucket, &keys::claimed_task(&worker.id, human_loop)).await
}

/// The human loops of the worker's marks.
pub async fn of(bucket: &Bucket, worker: &Worker) -> Result<Vec<String>> {
    objects::names(bucket, &keys::claimed_tasks_prefix(&worker.id)).await
}
