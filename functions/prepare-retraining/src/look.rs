//! Which labels are new, and how often labels became a part today.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use contracts::dataset::{DatasetManifest, Part};
use contracts::keys;
use loop_state::objects::{self, Listed};
use policy::naming;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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
    for Listed { key, etag, .. } in
        objects::list_objects(&deps.bucket, keys::INCOMING_HUMAN_LABELS).await?
    {
        if parts.iter().any(|part| part.source_key == key) {
            continue;
        }
        let receipt = keys::receipt(&deps.config.dataset_name, &naming::receipt(&key, &etag));
        if !objects::exists(&deps.bucket, &receipt).await? {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// The newest version, and how many of today's versions brought human labels.
async fn versions(deps: &Deps) -> Result<(Option<DatasetManifest>, usize)> {
    let dataset = &deps.config.dataset_name;
    let today = OffsetDateTime::now_utc().format(&Rfc3339)?;
    let today = today.get(..10).context("RFC 3339 begins with the date")?;
    let listed = objects::list(&deps.bucket, &keys::versions_prefix(dataset)).await?;
    let mut numbers: Vec<u32> = listed
        .iter()
        .filter_map(|key| keys::version_number(dataset, key))
        .collect();
    numbers.sort_unstable();
    let (mut newest, mut made_today) = (None, 0);
    for number in numbers.into_iter().rev() {
        let key = keys::version(dataset, number);
        let found = objects::read::<DatasetManifest>(&deps.bucket, &key).await?;
        let version = found
            .with_context(|| format!("{key} was listed and is gone"))?
            .value;
        let of_today = version.created_at.starts_with(today);
        if of_today && version.parts.last().is_some_and(carries_labels) {
            made_today += 1;
        }
        newest = newest.or(Some(version));
        if !of_today {
            break;
        }
    }
    Ok((newest, made_today))
}

fn carries_labels(part: &Part) -> bool {
    !part.labels.is_empty()
}
