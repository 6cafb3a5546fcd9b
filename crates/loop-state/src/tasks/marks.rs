//! The marks of the open tasks: a listing of keys tells how many there are, how old each is and who must not answer it.

use std::collections::BTreeSet;

use anyhow::Result;
use contracts::keys;
use contracts::task::Worker;
use futures::future;

use super::skipped;
use crate::objects::{self, Bucket};

/// Of a task whose end was not told yet.
pub struct Mark {
    pub human_loop: String,
    /// The beginning of [`Task::except`](contracts::task::Task::except): whoever gives a task away reads it.
    pub except: Vec<String>,
}

/// The oldest first. A task may not be created yet, and one may have ended: what a crash left to be closed.
pub async fn all(bucket: &Bucket) -> Result<Vec<Mark>> {
    let mut listed = objects::list_objects(bucket, keys::OPEN_TASKS).await?;
    listed.sort_by(|one, other| (one.modified, &one.key).cmp(&(other.modified, &other.key)));
    let marks = listed.iter().filter_map(|mark| {
        let (human_loop, except) = keys::parse_open_task(&mark.key)?;
        Some(Mark {
            human_loop: human_loop.to_owned(),
            except: except.into_iter().map(str::to_owned).collect(),
        })
    });
    Ok(marks.collect())
}

/// Those of the tasks that the worker may answer, so far as keys tell.
pub async fn of(bucket: &Bucket, worker: &Worker) -> Result<Vec<Mark>> {
    let (mut marks, skipped) = future::try_join(all(bucket), skipped::of(bucket, worker)).await?;
    let skipped: BTreeSet<String> = skipped.into_iter().collect();
    marks.retain(|mark| !mark.except.contains(&worker.id) && !skipped.contains(&mark.human_loop));
    Ok(marks)
}
