//! What register-dataset made of an upload: a receipt says whether it is in a dataset version.

use std::time::Duration;

use anyhow::{Context, bail};
use contracts::constraints::Violation;
use contracts::dataset::{DatasetManifest, Held, Part, QuarantinedRow, Receipt, Received};
use contracts::keys;
use policy::notice::Matter;

use crate::account::{Account, Uploaded};
use crate::wait;

/// A cold function and the real data set's twenty megabytes. The function registers one upload at a time, and may
/// take 15 minutes for each: one that waits for others takes longer.
pub const LIMIT: Duration = Duration::from_secs(120);

/// What became of an upload.
pub struct Registration {
    /// The newest dataset version.
    pub manifest: DatasetManifest,
    /// The upload's part in it.
    pub part: Part,
    /// The dataset had these rows before the upload.
    pub is_known: bool,
    /// The first of the rows in quarantine.
    pub first_quarantined: Vec<QuarantinedRow>,
    /// How it differs from the constraints without being held.
    pub warnings: Vec<Violation>,
}

/// Waits for the upload's receipt; `None` where there is none within the limit. An error has the reason why nothing
/// of the upload is in the dataset.
pub async fn of_upload(
    account: &Account,
    upload: &Uploaded,
    limit: Duration,
) -> anyhow::Result<Option<Registration>> {
    let id = policy::naming::receipt(&upload.key, &upload.etag, upload.modified);
    wait::within(account, limit, async || {
        let Some((dataset, receipt)) = receipt(account, &id).await? else {
            return Ok(None);
        };
        let is_known = matches!(receipt.result, Received::AlreadyRegistered { .. });
        let (part, first_quarantined, warnings) = match receipt.result {
            Received::Rejected { reason } => {
                bail!("register-dataset rejected the file: {reason}")
            }
            Received::Replaced { by } => {
                bail!("{by} was uploaded later and has replaced everything before it")
            }
            Received::Held {
                version,
                violations,
                ..
            } => bail!("{}", held(account, version, &upload.key, violations)),
            Received::Registered {
                part,
                first_quarantined,
                warnings,
                ..
            } => (part, first_quarantined, warnings),
            Received::AlreadyRegistered { part } => (part, Vec::new(), Vec::new()),
        };
        let Some(manifest) = newest_of(account, &dataset).await? else {
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
            is_known,
            first_quarantined,
            warnings,
        }))
    })
    .await
}

/// Why the version waits, each violation on a line, and the commands that answer it.
fn held(account: &Account, version: u32, key: &str, violations: Vec<Violation>) -> String {
    let lines: String = violations
        .iter()
        .map(|violation| format!("\n  {violation}"))
        .collect();
    let matter = Matter::Held {
        version,
        key: key.to_owned(),
        violations,
    };
    let commands = matter.commands(&account.stack).join("\n  ");
    format!(
        "dataset version {version} waits, because the file is unlike the constraints:{lines}\nTake it in, or remove it \
         (a corrected file of the same name takes its place):\n  {commands}"
    )
}

/// The receipt and its dataset.
async fn receipt(account: &Account, id: &str) -> anyhow::Result<Option<(String, Receipt)>> {
    for dataset in account.folders(keys::DATASETS).await? {
        if let Some(found) = account.object(&keys::receipt(&dataset, id)).await? {
            return Ok(Some((dataset, found)));
        }
    }
    Ok(None)
}

/// The dataset version after that number.
pub async fn after(account: &Account, number: u32) -> anyhow::Result<DatasetManifest> {
    wait::until(account, "the next dataset version", LIMIT, async || {
        let newest = newest(account, None).await?;
        Ok(newest.filter(|manifest| manifest.number > number))
    })
    .await
}

/// A stack has one dataset at a time, and one more for each change of `DatasetName`: the newest version of the one that
/// it is configured with. Where that is not known, the version that was made last.
pub async fn newest(
    account: &Account,
    dataset: Option<&str>,
) -> anyhow::Result<Option<DatasetManifest>> {
    if let Some(dataset) = dataset {
        return newest_of(account, dataset).await;
    }
    let mut newest: Vec<DatasetManifest> = Vec::new();
    for dataset in account.folders(keys::DATASETS).await? {
        newest.extend(newest_of(account, &dataset).await?);
    }
    Ok(newest.into_iter().max_by_key(|version| version.created_at))
}

async fn newest_of(account: &Account, dataset: &str) -> anyhow::Result<Option<DatasetManifest>> {
    // Versions are padded, so the last key is the newest; one that waits for a person is not in use.
    let versions = account.keys(&keys::versions_prefix(dataset)).await?;
    for key in versions.iter().rev() {
        let version: Option<DatasetManifest> = account.object(key).await?;
        if let Some(version) = version.filter(|version| !version.is_held()) {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

/// The name of the stack's dataset.
pub async fn dataset(account: &Account) -> anyhow::Result<String> {
    if let Some(configured) = account.dataset().await {
        return Ok(configured);
    }
    let newest = newest(account, None).await?;
    let upload = account.command("reviewloop upload FILE");
    let newest = newest.with_context(|| format!("there is no dataset yet: {upload}"))?;
    Ok(newest.dataset)
}

/// The versions that wait for a person. reconcile removes a note some minutes after its upload was replaced or discarded.
pub async fn held_versions(account: &Account, dataset: &str) -> anyhow::Result<Vec<Held>> {
    let mut held = Vec::new();
    for key in account.keys(&keys::held_prefix(dataset)).await? {
        let Some(note) = account.object::<Held>(&key).await? else {
            continue;
        };
        if account
            .is_unchanged(&note.source_key, &note.source_etag)
            .await?
        {
            held.push(note);
        }
    }
    Ok(held)
}

/// An upload of which nothing could be used.
#[derive(Debug, Clone)]
pub struct Rejected {
    pub key: String,
    pub reason: String,
}

/// The last upload to this dataset, or to any where none is named, if it was rejected.
pub async fn rejected(
    account: &Account,
    dataset: Option<&str>,
) -> anyhow::Result<Option<Rejected>> {
    let datasets = match dataset {
        Some(dataset) => vec![dataset.to_owned()],
        None => account.folders(keys::DATASETS).await?,
    };
    for dataset in datasets {
        let receipts = keys::receipts_prefix(&dataset);
        for key in account.newest_keys(&receipts, 1).await? {
            let receipt: Option<Receipt> = account.object(&key).await?;
            if let Some(Receipt {
                source_key: key,
                result: Received::Rejected { reason },
            }) = receipt
            {
                return Ok(Some(Rejected { key, reason }));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn an_upload_without_a_receipt_within_the_limit_is_no_error() {
        let cloud = Cloud::new().await;
        let put = cloud.account.put("incoming/a.csv", b"a".to_vec()).await;
        let found = of_upload(&cloud.account, &put.expect("written"), Duration::ZERO).await;
        assert!(found.expect("it was looked for").is_none());
    }

    #[tokio::test]
    async fn the_stacks_dataset_is_the_configured_one_or_else_that_of_the_last_version() {
        let cloud = Cloud::new().await;
        let account = &cloud.account;
        let fixture = crate::fixture::manifest();
        // Their texts would sort the other way.
        let times = [
            datetime!(2026-11-28 10:01:00 UTC),
            datetime!(2026-11-28 10:01:00.5 UTC),
        ];
        for (created_at, name) in times.into_iter().zip(["reviews", "complaints"]) {
            let manifest = DatasetManifest {
                dataset: name.to_owned(),
                created_at,
                ..fixture.clone()
            };
            let body = serde_json::to_vec(&manifest).expect("JSON");
            let key = keys::version(name, 1);
            account.put(&key, body).await.expect("written");
            let found = newest(account, None).await.expect("listed");
            assert_eq!(found.expect("there").dataset, name);
        }
        // DatasetName was set back.
        let found = newest(account, Some("reviews")).await.expect("listed");
        assert_eq!(found.expect("there").dataset, "reviews");
        let other = newest(account, Some("tickets")).await.expect("listed");
        assert!(other.is_none());
    }

    #[tokio::test]
    async fn the_last_upload_is_told_where_it_was_rejected() {
        let cloud = Cloud::new().await;
        let account = &cloud.account;
        let receipt = Receipt {
            source_key: "incoming/a.csv".to_owned(),
            result: Received::Rejected {
                reason: "no column Rating".to_owned(),
            },
        };
        let body = serde_json::to_vec(&receipt).expect("JSON");
        let key = keys::receipt("reviews", "a");
        account.put(&key, body).await.expect("written");
        for dataset in [None, Some("reviews")] {
            let found = rejected(account, dataset).await.expect("listed");
            assert_eq!(found.expect("rejected").key, "incoming/a.csv");
        }
        let other = rejected(account, Some("complaints")).await;
        assert!(other.expect("listed").is_none());
    }

    #[tokio::test]
    async fn a_version_is_held_as_long_as_its_upload_is_there_unchanged() {
        let cloud = Cloud::new().await;
        let account = &cloud.account;
        let upload = account.put("incoming/a.csv", b"faulty".to_vec()).await;
        let note = Held {
            version: 2,
            source_key: "incoming/a.csv".to_owned(),
            source_etag: upload.expect("written").etag,
            violations: Vec::new(),
        };
        let body = serde_json::to_vec(&note).expect("JSON");
        let key = keys::held("reviews", 2);
        account.put(&key, body).await.expect("written");
        let held = async || held_versions(account, "reviews").await.expect("read");
        assert_eq!(held().await, [note]);
        let corrected = account.put("incoming/a.csv", b"sound".to_vec()).await;
        corrected.expect("written");
        assert_eq!(held().await, []);
        let delete = account.s3.delete_object().bucket(&account.bucket);
        let deleted = delete.key("incoming/a.csv").send().await;
        deleted.expect("deleted");
        assert_eq!(held().await, []);
    }
}
