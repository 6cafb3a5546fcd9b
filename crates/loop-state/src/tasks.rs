//! The review portal's tasks: an object each, changed by compare-and-set; a mark for each that is not over, so that a
//! list of the open ones reads no other; and `output.json` for each that is.
//!
//! The mark is written before the task and removed after its output, so that a crash in between loses none:
//! [`create`] and [`close`] are repeated until all is there.

pub mod answered;
pub mod claims;
pub mod marks;
pub mod output;
pub mod skipped;
pub mod waiting;

use anyhow::{Result, bail};
use contracts::keys;
use contracts::task::{Output, Task};
use futures::TryStreamExt;
use policy::task::Refusal;

use crate::objects::{self, Bucket, Found};

/// Reviewers who may change one task at the same moment are few.
const MAXIMUM_RACES: u32 = 20;

/// `false`: a task of this name is there, and was left as it is.
pub async fn create(bucket: &Bucket, task: &Task) -> Result<bool> {
    objects::create_bytes(bucket, &mark(task), Vec::new()).await?;
    objects::create(bucket, &keys::task(&task.human_loop), task).await
}

pub async fn find(bucket: &Bucket, human_loop: &str) -> Result<Option<Task>> {
    let found = read(bucket, human_loop).await?;
    Ok(found.map(|found| found.value))
}

async fn read(bucket: &Bucket, human_loop: &str) -> Result<Option<Found<Task>>> {
    objects::read(bucket, &keys::task(human_loop)).await
}

/// The human loops of the tasks that are not closed yet, the oldest first. One may not be created yet.
pub async fn open(bucket: &Bucket) -> Result<Vec<String>> {
    let marks = marks::all(bucket).await?.into_iter();
    Ok(marks.map(|mark| mark.human_loop).collect())
}

/// The tasks of [`open`]. One may have ended: what a crash left to be closed.
pub async fn read_open(bucket: &Bucket) -> Result<Vec<Task>> {
    let open = open(bucket).await?;
    read_all(bucket, &open).await
}

/// Those of these tasks that exist.
pub async fn read_all(bucket: &Bucket, human_loops: &[String]) -> Result<Vec<Task>> {
    let keys: Vec<String> = human_loops.iter().map(|name| keys::task(name)).collect();
    let tasks = objects::read_all::<Task>(bucket, keys);
    let tasks = tasks.try_filter_map(async |found| Ok(found.map(|found| found.value)));
    tasks.try_collect().await
}

/// Changes a task by a rule of `policy::task`, which is asked again where another writer was faster. A task
/// that has ended is closed.
pub async fn change(
    bucket: &Bucket,
    human_loop: &str,
    rule: impl Fn(&Task) -> Result<Task, Refusal>,
) -> Result<Result<Task, Refusal>> {
    for _ in 0..MAXIMUM_RACES {
        let Some(before) = read(bucket, human_loop).await? else {
            return Ok(Err(Refusal::Unknown));
        };
        let after = match rule(&before.value) {
            Ok(after) => after,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = keys::task(human_loop);
        let is_changed = after != before.value;
        if is_changed && before.value.end.is_some() {
            // Its output is written again: a crash in between leaves it to be closed.
            objects::create_bytes(bucket, &mark(&after), Vec::new()).await?;
        }
        if after.skips != before.value.skips {
            skipped::note(bucket, human_loop).await?;
        }
        let is_kept = !is_changed || objects::replace(bucket, &key, &after, &before.etag).await?;
        if is_kept {
            if after.end.is_some() {
                close(bucket, &after).await?;
            }
            return Ok(Ok(after));
        }
    }
    bail!("others changed the task {human_loop} first {MAXIMUM_RACES} times")
}

/// Where the answers of an ended task are. One that failed has none, as A2I's have not.
pub fn output_key(task: &Task) -> Option<String> {
    output::is_written(task).then(|| keys::task_output(&task.human_loop))
}

/// Writes the output of an ended task and takes it from the list of the open ones to its worker's list of the
/// answered. Whoever does all again finds it done.
pub async fn close(bucket: &Bucket, task: &Task) -> Result<()> {
    if let Some(key) = output_key(task) {
        write_output(bucket, &key, &output::of(task)?).await?;
    }
    answered::note(bucket, task).await?;
    objects::delete(bucket, &mark(task)).await
}

/// Over an older one: an answer may have been changed, and whoever is late leaves the newer one.
async fn write_output(bucket: &Bucket, key: &str, output: &Output) -> Result<()> {
    for _ in 0..MAXIMUM_RACES {
        if objects::create(bucket, key, output).await? {
            return Ok(());
        }
        let Some(there) = objects::read::<Output>(bucket, key).await? else {
            continue;
        };
        let is_old = output::submitted(&there.value) < output::submitted(output);
        if !is_old || objects::replace(bucket, key, output, &there.etag).await? {
            return Ok(());
        }
    }
    bail!("others wrote {key} first {MAXIMUM_RACES} times")
}

fn mark(task: &Task) -> String {
    keys::open_task(&task.human_loop, &task.except)
}
