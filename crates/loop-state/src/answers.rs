//! What reviewers answered to the newest texts, in one object that is changed by compare-and-set.

use anyhow::{Result, bail};
use contracts::answers::{AnsweredText, AnsweredTexts};
use contracts::keys;
use policy::labelling;

use crate::objects::{self, Bucket, Found};

/// Invocations of collect-labels that may add a text at the same moment are few.
const MAXIMUM_RACES: u32 = 100;

/// What is known, and the ETag that it has in the bucket.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub texts: AnsweredTexts,
    etag: Option<String>,
}

pub async fn read(bucket: &Bucket) -> Result<Known> {
    let found = objects::read(bucket, keys::ANSWERS).await?;
    Ok(
        found.map_or_else(Known::default, |Found { value, etag }| Known {
            texts: value,
            etag: Some(etag),
        }),
    )
}

/// Adds a text to what was read, or replaces it where it is known.
pub async fn remember(bucket: &Bucket, mut known: Known, text: &AnsweredText) -> Result<()> {
    for _ in 0..MAXIMUM_RACES {
        let after = labelling::remember(known.texts.clone(), text);
        let is_kept = match &known.etag {
            Some(_) if known.texts == after => true,
            Some(etag) => objects::replace(bucket, keys::ANSWERS, &after, etag).await?,
            None => objects::create(bucket, keys::ANSWERS, &after).await?,
        };
        if is_kept {
            return Ok(());
        }
        known = read(bucket).await?;
    }
    bail!("others added their answers first {MAXIMUM_RACES} times")
}
