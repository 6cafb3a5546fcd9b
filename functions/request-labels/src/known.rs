//! Texts that need no question, and questions that are left over.

use std::collections::HashSet;

use anyhow::Result;
use contracts::keys;
use contracts::request::Unasked;
use futures::TryStreamExt;
use loop_state::objects::{self, Found};
use policy::text::RowHash;

use crate::Deps;

/// All texts that were asked or have a reviewer's label.
pub async fn asked(deps: &Deps) -> Result<HashSet<RowHash>> {
    let labels = objects::list(&deps.bucket, keys::LABELS).await?;
    let asked = objects::list(&deps.bucket, keys::HUMAN_LOOPS).await?;
    let labels = labels.iter().filter_map(|key| keys::label_text_hash(key));
    let asked = asked
        .iter()
        .filter_map(|key| keys::human_loop_text_hash(key));
    Ok(labels.chain(asked).filter_map(RowHash::parse).collect())
}

/// By their keys, in the order of the requests.
pub async fn unasked(deps: &Deps) -> Result<Vec<(String, Found<Unasked>)>> {
    let keys = objects::list(&deps.bucket, keys::UNASKED).await?;
    let read = objects::read_all::<Unasked>(&deps.bucket, keys.clone());
    let read: Vec<Option<Found<Unasked>>> = read.try_collect().await?;
    let there = keys.into_iter().zip(read);
    let mut unasked: Vec<(String, Found<Unasked>)> = there
        .filter_map(|(key, found)| Some((key, found?)))
        .collect();
    unasked.sort_by_key(|(_, found)| found.value.request.requested_at);
    Ok(unasked)
}
