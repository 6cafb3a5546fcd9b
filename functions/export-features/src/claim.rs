//! Which version the group is getting. Where the account cannot reserve concurrency, an older version's export may still run when
//! a newer one begins. It stops before its next batch; the batch that it has begun may still be written after the newer version
//! has read those rows, and is put right by a replay.

use anyhow::{Result, bail};
use contracts::features::Claim;
use contracts::keys;
use loop_state::objects::{self, Found};

use crate::Deps;

/// Versions that may be claimed at the same time: each loses at most once to every other.
const MAXIMUM_RACES: u32 = 10;

/// Claims the group for a version; `false` where a newer one has claimed it.
pub async fn take(deps: &Deps, claim: &Claim) -> Result<bool> {
    let key = keys::export_claim(&deps.config.dataset_name);
    for _ in 0..MAXIMUM_RACES {
        let is_taken = match objects::read::<Claim>(&deps.bucket, &key).await? {
            None => objects::create(&deps.bucket, &key, claim).await?,
            Some(Found { value, .. }) if value.version > claim.version => return Ok(false),
            // The event came twice, or it is a replay.
            Some(Found { value, .. }) if value == *claim => true,
            Some(Found { etag, .. }) => objects::replace(&deps.bucket, &key, claim, &etag).await?,
        };
        if is_taken {
            return Ok(true);
        }
    }
    bail!("other versions claimed the feature group first {MAXIMUM_RACES} times")
}

pub async fn read(deps: &Deps) -> Result<Option<Claim>> {
    let key = keys::export_claim(&deps.config.dataset_name);
    let found = objects::read::<Claim>(&deps.bucket, &key).await?;
    Ok(found.map(|found| found.value))
}

/// Whether no newer version has claimed the group.
pub async fn stands(deps: &Deps, version: u32) -> Result<bool> {
    let claim = read(deps).await?;
    Ok(claim.is_none_or(|claim| claim.version <= version))
}
