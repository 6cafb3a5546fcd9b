//! What register-dataset made of an upload: a dataset version, or a rejection with its reason.

use std::time::Duration;

use contracts::dataset::DatasetManifest;
use contracts::keys;

use crate::account::Account;
use crate::wait;

/// A cold function and the real data set's twenty megabytes.
const LIMIT: Duration = Duration::from_secs(120);

/// The dataset version that holds the uploaded object, or the reason why there is none.
pub async fn of_upload(
    account: &Account,
    key: &str,
    _etag: &str,
) -> anyhow::Result<DatasetManifest> {
    wait::until("the upload's registration", LIMIT, async || {
        let keys = account.keys(keys::DATASETS).await?;
        let manifest = newest(account, &keys).await?;
        Ok(manifest.filter(|manifest| manifest.parts.iter().any(|part| part.source_key == key)))
    })
    .await
}

/// The dataset version after that number.
pub async fn after(account: &Account, number: u32) -> anyhow::Result<DatasetManifest> {
    wait::until("the next dataset version", LIMIT, async || {
        let keys = account.keys(keys::DATASETS).await?;
        Ok(newest(account, &keys)
            .await?
            .filter(|manifest| manifest.number > number))
    })
    .await
}

/// A stack has one dataset, and versions are padded: the last key is the newest version.
pub async fn newest(account: &Account, keys: &[String]) -> anyhow::Result<Option<DatasetManifest>> {
    match keys.iter().rev().find(|key| key.contains("/versions/")) {
        Some(key) => account.object(key).await,
        None => Ok(None),
    }
}
