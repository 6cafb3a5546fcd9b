//! What waits for a worker. Of the open tasks only as many are read as are asked for, and those before them that others
//! have.

use anyhow::Result;
use contracts::keys;
use contracts::task::{Moment, Task, Worker};
use futures::{StreamExt, TryStreamExt, future, stream};
use policy::task;

use super::{claims, marks};
use crate::objects::{self, AT_ONCE, Bucket};

/// Tasks that others have, before the first that is free: read one after another they would make a reviewer wait.
const FEW: usize = 4;

pub struct Waiting {
    /// What the worker has, then the oldest first.
    pub tasks: Vec<Task>,
    /// How many tasks are open that the worker may answer, those that others have too.
    pub open: usize,
}

/// At most so many tasks, and what the worker has.
pub async fn of(bucket: &Bucket, worker: &Worker, most: usize, now: Moment) -> Result<Waiting> {
    let marks = marks::of(bucket, worker);
    let (marks, claimed) = future::try_join(marks, claims::of(bucket, worker)).await?;
    let open = marks.len();
    let mut tasks = allowed(bucket, claimed.clone(), worker, (claimed.len(), now)).await?;
    for name in &claimed {
        if !tasks.iter().any(|task| task.human_loop == *name) {
            claims::forget(bucket, worker, name).await?;
        }
    }
    let others = marks
        .into_iter()
        .filter(|mark| !claimed.contains(&mark.human_loop));
    let others = others.map(|mark| mark.human_loop).collect();
    let places = most.saturating_sub(tasks.len());
    tasks.extend(allowed(bucket, others, worker, (places, now)).await?);
    Ok(Waiting { tasks, open })
}

/// The first so many that the worker may take now.
async fn allowed(
    bucket: &Bucket,
    human_loops: Vec<String>,
    worker: &Worker,
    (most, now): (usize, Moment),
) -> Result<Vec<Task>> {
    // What is read beyond the last of them is read in vain.
    let at_once = most.clamp(FEW, AT_ONCE);
    let reads = stream::iter(human_loops)
        .map(async |name| objects::read::<Task>(bucket, &keys::task(&name)).await);
    let tasks = reads.buffered(at_once).try_filter_map(async |found| {
        let task = found.map(|found| found.value);
        Ok(task.filter(|task| task::allowed(task, worker, now).is_ok()))
    });
    tasks.take(most).try_collect().await
}
