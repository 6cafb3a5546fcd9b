//! What register-dataset made of an upload: a receipt says whether it is in a dataset version.

use std::time::Duration;

use anyhow::bail;
use contracts::dataset::{DatasetManifest, Part, QuarantinedRow, Receipt, Received};
use contracts::keys;

use crate::account::{Account, Uploaded};
use crate::wait;

/// A cold function and the real data set's twenty megabytes.
const LIMIT: Duration = Duration::from_secs(120);

/// What became of an upload.
pub struct Registration {
    /// The newest dataset version.
    pub manifest: DatasetManifest,
    /// The upload's part in it.
    pub part: Part,
    /// The first of the rows in quarantine.
    pub first_quarantined: Vec<QuarantinedRow>,
}

/// Waits for the upload's receipt. An error has the reason why nothing of it is in the dataset.
pub async fn of_upload(account: &Account, upload: &Uploaded) -> anyhow::Result<Registration> {
    let id = policy::naming::receipt(&upload.key, &upload.etag, upload.modified);
    let receipt = format!("/{id}.json");
    wait::until("register-dataset's receipt", LIMIT, async || {
        let keys = account.keys(keys::DATASETS).await?;
        let Some(found) = keys.iter().find(|key| key.ends_with(&receipt)) else {
            return Ok(None);
        };
        let receipt: Option<Receipt> = account.object(found).await?;
        let (part, first_quarantined) = match receipt.map(|receipt| receipt.result) {
            None => return Ok(None),
            Some(Received::Rejected { reason }) => {
                bail!("register-dataset rejected the file: {reason}")
            }
            Some(Received::Replaced { by }) => {
                bail!("{by} was uploaded later and has replaced everything before it")
            }
            Some(Received::Registered {
                part,
                first_quarantined,
                ..
            }) => (part, first_quarantined),
            Some(Received::AlreadyRegistered { part }) => (part, Vec::new()),
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
                "the file was registered, and a later upload has replaced it: it is not in dataset \
                 version {}",
                manifest.number
            );
        };
        Ok(Some(Registration {
            manifest,
            part,
            first_quarantined,
        }))
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
