//! The labels that a comparison may count: the audit's, of texts that were drawn at random whatever the models say of
//! them, and given after the challenger was trained.

use std::pin::pin;

use anyhow::{Context, Result};
use contracts::dataset::Origin;
use contracts::keys;
use contracts::moment::Moment;
use contracts::review::Label;
use contracts::rollout::LabelledRow;
use futures::TryStreamExt;
use loop_state::objects;
use rollout::step::Labels;
use rollout::{Batch, Rollout};

use crate::Deps;

/// Rows that one job scores: its file is written by one request.
const MOST: usize = 2_000;

/// The times of labels are S3's, the time of a listing is the function's.
const OVERLAP_SECONDS: i64 = 600;

#[derive(Debug, Clone, Default)]
pub struct Unbatched {
    rows: Vec<LabelledRow>,
    oldest: Option<Moment>,
    /// Labels that may not be counted.
    others: usize,
    /// When they were listed.
    listed_at: Option<Moment>,
}

impl Unbatched {
    pub fn labels(&self) -> Labels {
        Labels {
            rows: self.rows.len() as u64,
            oldest: self.oldest,
        }
    }
}

/// The labels that are in no batch of the comparison yet, the first ones.
pub async fn unbatched(deps: &Deps, rollout: &Rollout) -> Result<Unbatched> {
    let listed_at = deps.clock.moment();
    let after = rollout.labels_after.0 / 1000 - OVERLAP_SECONDS;
    let listed = objects::list_objects(&deps.bucket, keys::LABELS).await?;
    let is_new = |hash: &str| !rollout.counted.contains(hash);
    let keys = listed.into_iter().filter_map(|object| {
        let hash = keys::label_text_hash(&object.key)?;
        (object.modified >= after && is_new(hash)).then_some(object.key)
    });
    let mut found = Unbatched {
        listed_at: Some(listed_at),
        ..Unbatched::default()
    };
    let mut read = pin!(objects::read_all::<Label>(&deps.bucket, keys));
    while let Some(label) = read.try_next().await? {
        let Some((row, at)) = label.and_then(|label| row(label.value, rollout)) else {
            found.others += 1;
            continue;
        };
        found.rows.push(row);
        found.oldest = Some(found.oldest.map_or(at, |oldest| oldest.min(at)));
        if found.rows.len() == MOST {
            // The others come with the next batch.
            found.listed_at = None;
            break;
        }
    }
    Ok(found)
}

/// `None` for a label that the comparison may not count.
fn row(label: Label, rollout: &Rollout) -> Option<(LabelledRow, Moment)> {
    let at = label.created_at;
    let is_after = at.unix_timestamp() > rollout.challenger.created;
    let inclusion_probability = label
        .inclusion_probability
        .filter(|_| label.origin == Origin::Audit && is_after)?;
    let row = LabelledRow {
        text_hash: policy::text::row_hash(&label.text),
        text: label.text,
        context: label.context,
        label: label.label,
        inclusion_probability,
    };
    Some((row, Moment(at.unix_timestamp() * 1000)))
}

/// Labels that may not be counted are read at each look; so many are worth a note that they were.
const MANY: usize = 100;

/// Where no label waits for a batch, those that may not be counted are left out of the next look.
pub fn skip(labels: &Unbatched, rollout: Rollout) -> Rollout {
    let is_worth_it = labels.others >= MANY && labels.rows.is_empty();
    Rollout {
        labels_after: labels
            .listed_at
            .filter(|_| is_worth_it)
            .unwrap_or(rollout.labels_after),
        ..rollout
    }
}

/// Writes the next batch and notes it. What another invocation, or one that crashed, wrote under this number stands.
pub async fn batch(deps: &Deps, labels: &Unbatched, rollout: Rollout) -> Result<Rollout> {
    let number = rollout.batches + 1;
    let key = keys::rollout_rows(&rollout.id, number);
    let mut lines = Vec::new();
    for row in &labels.rows {
        serde_json::to_writer(&mut lines, row)?;
        lines.push(b'\n');
    }
    let is_ours = objects::create_bytes(&deps.bucket, &key, lines).await?;
    let (rows, listed_at) = if is_ours {
        (labels.rows.len(), labels.listed_at)
    } else {
        let found = objects::read_bytes(&deps.bucket, &key).await?;
        let found = found.with_context(|| format!("{key} was written and is gone"))?;
        (
            found
                .value
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty())
                .count(),
            None,
        )
    };
    Ok(Rollout {
        batches: number,
        batch: Some(Batch {
            rows: rows as u64,
            attempt: 1,
            not_before: rollout.started_at,
        }),
        labels_after: listed_at.unwrap_or(rollout.labels_after),
        ..rollout
    })
}
