//! What a worker has answered: a mark for each task, by the day of its answer, so that counting is listing keys. Both
//! expire together.

use anyhow::{Context, Result};
use contracts::keys;
use contracts::task::{Task, Worker};

use crate::clock::rfc3339;
use crate::objects::{self, Bucket};

/// Marks an ended task that was answered.
pub async fn note(bucket: &Bucket, task: &Task) -> Result<()> {
    let (Some(answer), Some(end)) = (&task.answer, &task.end) else {
        return Ok(());
    };
    // A changed answer stays where the first was.
    let ended = rfc3339(end.at)?;
    let date = ended.get(..10).context("RFC 3339 begins with the date")?;
    let key = keys::answered_task(&answer.worker.id, date, &task.human_loop);
    objects::create_bytes(bucket, &key, Vec::new()).await?;
    Ok(())
}

/// How many tasks the worker answered on a date (RFC 3339, UTC).
pub async fn on(bucket: &Bucket, worker: &Worker, date: &str) -> Result<usize> {
    let day = keys::answered_task(&worker.id, date, "");
    Ok(objects::list(bucket, &day).await?.len())
}

/// The human loops of all, the newest first.
pub async fn of(bucket: &Bucket, worker: &Worker) -> Result<Vec<String>> {
    let prefix = keys::answered_tasks_prefix(&worker.id);
    let mut listed = objects::list_objects(bucket, &prefix).await?;
    listed.sort_by_key(|mark| std::cmp::Reverse(mark.modified));
    let names = listed
        .iter()
        .filter_map(|mark| keys::answered_task_human_loop(&mark.key));
    Ok(names.map(str::to_owned).collect())
}
