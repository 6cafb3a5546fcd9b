//! Which version the table of the newest one reads.

use anyhow::{Result, bail};
use contracts::keys;
use loop_state::objects::{self, Found};

use crate::Deps;

/// Versions that may be explored at the same time: each loses at most once to every other.
const MAXIMUM_RACES: u32 = 50;

/// Points the table at this version's rows, unless it reads a newer one's.
pub async fn point_at(deps: &Deps, version: u32) -> Result<()> {
    let dataset = &deps.config.dataset_name;
    let key = keys::newest_rows(dataset);
    let address = keys::s3_uri(&deps.bucket.name, &keys::rows(dataset, version));
    let line = format!("{address}\n").into_bytes();
    for _ in 0..MAXIMUM_RACES {
        let written = match objects::read_bytes(&deps.bucket, &key).await? {
            None => objects::create_bytes(&deps.bucket, &key, line.clone()).await?,
            Some(Found { value, etag }) => {
                let now = std::str::from_utf8(&value)
                    .ok()
                    .and_then(keys::rows_version);
                if now.is_some_and(|now| now >= version) {
                    return Ok(());
                }
                objects::replace_bytes(&deps.bucket, &key, line.clone(), &etag).await?
            }
        };
        if written {
            return Ok(());
        }
    }
    bail!("other versions were faster {MAXIMUM_RACES} times")
}
