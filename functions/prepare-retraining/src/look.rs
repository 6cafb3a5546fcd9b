//! Which labels are new, and how often labels became a part today.

use std::collections::BTreeSet;

use anyhow::Result;
use contracts::dataset::{DatasetManifest, Part};
use contracts::keys;
use loop_state::receipts::Receipts;
use loop_state::{objects, versions};

use crate::Deps;

pub struct Look {
    /// Text hashes, sorted.
    pub new_labels: Vec<String>,
    pub made_today: usize,
    /// A file of labels under `incoming/` that register-dataset has not received.
    pub unreceived: Option<String>,
    /// Id of the newest version; empty where there is none.
    pub newest_id: String,
}

pub async fn at(deps: &Deps) -> Result<Look> {
    let (newest, made_today) = versions(deps).await?;
    let (newest_id, parts) = newest
        .map(|newest| (newest.id, newest.parts))
        .unwrap_or_default();
    let known: BTreeSet<&String> = parts.iter().flat_map(|part| &part.labels).collect();
    let labels = objects::list(&deps.bucket, keys::LABELS).await?;
    let labels = labels
        .iter()
        .filter_map(|key| keys::label_text_hash(key))
        .map(str::to_owned);
    let new_labels = labels.filter(|label| !known.contains(label)).collect();
    Ok(Look {
        new_labels,
        made_today,
        unreceived: unreceived(deps, &parts).await?,
        newest_id,
    })
}

/// Registered or rejected, a file has its receipt; a part in the newest version needs no look.
async fn unreceived(deps: &Deps, parts: &[Part]) -> Result<Option<String>> {
    let mut files = objects::list_objects(&deps.bucket, keys::INCOMING_HUMAN_LABELS).await?;
    files.retain(|file| !parts.iter().any(|part| part.source_key == file.key));
    if files.is_empty() {
        return Ok(None);
    }
    let receipts = Receipts::list(&deps.bucket, &deps.config.dataset_name).await?;
    let unreceived = files.into_iter().find(|file| !receipts.has(file));
    Ok(unreceived.map(|file| file.key))
}

/// The newest version, and how many of today's versions brought human labels.
async fn versions(deps: &Deps) -> Result<(Option<DatasetManifest>, usize)> {
    let dataset = &deps.config.dataset_name;
    let today = deps.clock.now().date();
    let (mut newest, mut made_today) = (None, 0);
    for number in versions::numbers(&deps.bucket, dataset).await? {
        let version = versions::read(&deps.bucket, dataset, number).await?;
        let of_today = version.created_at.date() == today;
        if of_today && version.parts.last().is_some_and(carries_labels) {
            made_today += 1;
        }
        newest = newest.or_else(|| Some(version).filter(|version| !version.is_held()));
        if !of_today && newest.is_some() {
            break;
        }
    }
    Ok((newest, made_today))
}

fn carries_labels(part: &Part) -> bool {
    !part.labels.is_empty()
}
