//! What reviewers answered to the newest texts, in one object that is changed by compare-and-set.

use anyhow::{Result, bail};
use contracts::answers::{AnsweredText, AnsweredTexts};
use contracts::keys;
use policy::labelling;

use crate::objects::{self, Bucket};

/// Invocations of collect-labels that may add a text at the same moment are few.
const MAXIMUM_RACES: u32 = 100;

pub async fn read(bucket: &Bucket) -> Result<AnsweredTexts> {
    let found = objects::read(bucket, keys::ANSWERS).await?;
    Ok(found.map(|found| found.value).unwrap_or_default())
}

/// Adds a text, or replaces it where it is known.
pub async fn remember(bucket: &Bucket, text: &AnsweredText) -> Result<()> {
    for _ in 0..MAXIMUM_RACES {
        let found = objects::read::<AnsweredTexts>(bucket, keys::ANSWERS).await?;
        let before = found.as_ref().map(|found| found.value.clone());
        let after = labelling::remember(before.unwrap_or_default(), text);
        let is_kept = match &found {
            Some(found) if found.value == after => true,
            Some(found) => objects::replace(bucket, keys::ANSWERS, &after, &found.etag).await?,
            None => objects::create(bucket, keys::ANSWERS, &after).await?,
        };
        if is_kept {
            return Ok(());
        }
    }
    bail!("others added their answers first {MAXIMUM_RACES} times")
}
