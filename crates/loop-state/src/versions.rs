//! The dataset's versions. They are numbered, and the highest number that no person has to release is the newest.

use anyhow::{Context, Result};
use contracts::dataset::DatasetManifest;
use contracts::keys;
use contracts::run::Run;

use crate::{Bucket, objects};

/// The numbers of all versions, newest first.
pub async fn numbers(bucket: &Bucket, dataset: &str) -> Result<Vec<u32>> {
    let listed = objects::list(bucket, &keys::versions_prefix(dataset)).await?;
    let numbers = listed.iter();
    let mut numbers: Vec<u32> = numbers
        .filter_map(|key| keys::version_number(dataset, key))
        .collect();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    Ok(numbers)
}

/// A version that was listed: none is ever removed.
pub async fn read(bucket: &Bucket, dataset: &str, number: u32) -> Result<DatasetManifest> {
    let key = keys::version(dataset, number);
    let found = objects::read(bucket, &key).await?;
    let found = found.with_context(|| format!("{key} was listed and is gone"))?;
    Ok(found.value)
}

/// The end of a dataset's versions.
pub struct Latest {
    /// The highest number; 0 before the first upload.
    pub number: u32,
    /// Versions after the newest, which wait for a person.
    pub held: Vec<DatasetManifest>,
    pub newest: Option<DatasetManifest>,
}

pub async fn latest(bucket: &Bucket, dataset: &str) -> Result<Latest> {
    let numbers = numbers(bucket, dataset).await?;
    let mut held = Vec::new();
    let mut newest = None;
    for number in &numbers {
        let version = read(bucket, dataset, *number).await?;
        if !version.is_held() {
            newest = Some(version);
            break;
        }
        held.push(version);
    }
    let number = numbers.first().copied().unwrap_or_default();
    Ok(Latest {
        number,
        held,
        newest,
    })
}

/// `None` before the first upload.
pub async fn newest(bucket: &Bucket, dataset: &str) -> Result<Option<DatasetManifest>> {
    Ok(latest(bucket, dataset).await?.newest)
}

/// The newest version as the single flight counts it: the run's own where the newest has the same
/// id, because later versions then only note upload times.
pub async fn newest_for_run(
    bucket: &Bucket,
    dataset: &str,
    run: Option<&Run>,
) -> Result<Option<DatasetManifest>> {
    let newest = newest(bucket, dataset).await?;
    let same = |newest: &DatasetManifest, run: &Run| {
        newest.number > run.version && newest.id == run.version_id
    };
    match (&newest, run) {
        (Some(newest), Some(run)) if same(newest, run) => {
            read(bucket, dataset, run.version).await.map(Some)
        }
        _ => Ok(newest),
    }
}
