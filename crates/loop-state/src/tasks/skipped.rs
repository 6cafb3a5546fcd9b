//! Which tasks reviewers have skipped: a mark for each, so that nobody reads all tasks to find them.
//!
//! It is written before the skip, so that a crash in between hides none; the task alone says who skipped it and why.

use anyhow::Result;
use contracts::keys;

use crate::objects::{self, Bucket};

/// Before a worker skips the task.
pub async fn note(bucket: &Bucket, human_loop: &str) -> Result<()> {
    let key = keys::skipped_task(human_loop);
    objects::create_bytes(bucket, &key, Vec::new()).await?;
    Ok(())
}
