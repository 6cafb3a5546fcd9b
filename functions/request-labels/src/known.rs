//! Texts that need no question.

use std::collections::BTreeSet;

use anyhow::Result;
use contracts::keys;
use loop_state::objects;

use crate::Deps;

/// The hashes of all texts that were asked or have a label.
pub async fn texts(deps: &Deps) -> Result<BTreeSet<String>> {
    let labels = objects::list(&deps.bucket, keys::LABELS).await?;
    let asked = objects::list(&deps.bucket, keys::HUMAN_LOOPS).await?;
    let labels = labels.iter().filter_map(|key| keys::label_text_hash(key));
    let asked = asked
        .iter()
        .filter_map(|key| keys::human_loop_text_hash(key));
    Ok(labels.chain(asked).map(str::to_owned).collect())
}
