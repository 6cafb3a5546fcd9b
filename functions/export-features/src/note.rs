//! What the group has, and what it refused.

use anyhow::{Result, bail};
use contracts::features::{Export, FailedRow};
use contracts::keys;
use loop_state::objects;

use crate::Deps;

/// Versions that may be noted at the same time: each loses at most once to every other.
const MAXIMUM_RACES: u32 = 10;

/// Notes the version that the group has now; `false` where a newer one is noted.
pub async fn write(deps: &Deps, export: &Export) -> Result<bool> {
    let key = keys::export(&deps.config.dataset_name);
    for _ in 0..MAXIMUM_RACES {
        let is_noted = match objects::read::<Export>(&deps.bucket, &key).await? {
            None => objects::create(&deps.bucket, &key, export).await?,
            Some(found) if found.value.version > export.version => return Ok(false),
            Some(found) => objects::replace(&deps.bucket, &key, export, &found.etag).await?,
        };
        if is_noted {
            return Ok(true);
        }
    }
    bail!("other versions were noted first {MAXIMUM_RACES} times")
}

/// What the group refused, for people and until the next export.
pub async fn keep(deps: &Deps, failed: &[FailedRow]) -> Result<()> {
    let mut lines = Vec::new();
    for row in failed {
        serde_json::to_writer(&mut lines, row)?;
        lines.push(b'\n');
    }
    let key = keys::failed_features(&deps.config.dataset_name);
    objects::write(&deps.bucket, &key, "application/x-ndjson", lines).await
}
