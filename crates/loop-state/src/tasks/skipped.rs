//! What a worker has skipped, found without reading the tasks: a mark for each, beside the task's own word.

use anyhow::Result;
use contracts::keys;
use contracts::task::Worker;

use crate::objects::{self, Bucket};

/// After the worker skipped the task: until the mark is there, the task is read in vain.
pub async fn note(bucket: &Bucket, worker: &Worker, human_loop: &str) -> Result<()> {
    let key = keys::skipped_task(&worker.id, human_loop);
    objects::create_bytes(bucket, &key, Vec::new()).await?;
    Ok(())
}

/// The human loops of the worker's marks.
pub async fn of(bucket: &Bucket, worker: &Worker) -> Result<Vec<String>> {
    objects::names(bucket, &keys::skipped_tasks_prefix(&worker.id)).await
}
