//! A record that is written once.

use anyhow::{Context, Result};
use contracts::inference::Recorded;
use loop_state::objects;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Deps;

/// `None` where another one was written before.
pub async fn write<T: Serialize + DeserializeOwned>(
    deps: &Deps,
    key: &str,
    record: &T,
    is_same: impl Fn(&T) -> bool,
) -> Result<Option<Recorded>> {
    if objects::create(&deps.bucket, key, record).await? {
        return Ok(Some(Recorded::Recorded));
    }
    let before = objects::read::<T>(&deps.bucket, key).await?;
    let before = before.with_context(|| format!("{key} was written and is gone"))?;
    Ok(is_same(&before.value).then_some(Recorded::Already))
}
