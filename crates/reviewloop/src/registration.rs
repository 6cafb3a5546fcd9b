//! What register-dataset made of an upload: a receipt says whether it is in a dataset version.

use std::time::Duration;

use anyhow::bail;
use contracts::dataset::{DatasetManifest, Part, Receipt, Received};
use contracts::keys;

use crate::account::Account;
use crate::wait;

/// A cold function and the real data set's twenty megabytes.
const LIMIT: Duration = Duration::from_secs(120);

/// The newest dataset version and the upload's part in it, or the reason why it has none.
pub async fn of_upload(
    account: &Account,
    key: &str,
    etag: &str,
) -> anyhow::Result<(DatasetManifest, Part)> {
    let receipt = format!("/{}.json", policy::naming::receipt(key, etag));
    wait::until("register-dataset's receipt", LIMIT, async || {
        let keys = account.keys(keys::DATASETS).await?;
        let Some(found) = keys.iter().find(|key| key.ends_with(&receipt)) else {
            return Ok(None);
        };
        let receipt: Option<Receipt> = account.object(found).await?;
        let part = match receipt.map(|receipt| receipt.result) {
            None => return Ok(None),
            Some(Received::Rejected { reason }) => {
                bail!("register-dataset rejected the file: {reason}")
            }
            Some(Received::Replaced { by }) => {
                bail!("{by} was uploaded later and has replaced everything before it")
            }
            Some(Received::Registered { part, .. } | Received::AlreadyRegistered { part }) => part,
        };
        let Some(manifest) = newest(account, &keys).await? else {
            return Ok(None);
        };
        let Some(part) = manifest
            .parts
            .iter()
            .find(|known| known.id == part)
            .cloned()
        else {
            bail!(
                "this very file was received before and is not in dataset version {} any more; \
                 give it another name to add it again",
                manifest.number
            );
        };
        Ok(Some((manifest, part)))
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
