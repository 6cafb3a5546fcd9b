//! A version's parts from the bucket, and its rows into it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use contracts::dataset::{DatasetManifest, Part};
use contracts::keys;
use dataset_rows::{Consolidation, RowsFile, parts};
use exploration::Explorer;
use loop_state::objects;
use tempfile::TempDir;
use tokio::fs::File;
use tokio::io;

use crate::Deps;

/// Why one Lambda cannot do it, if so.
pub async fn too_large(deps: &Deps, manifest: &DatasetManifest) -> Result<Option<String>> {
    let listed =
        objects::list_objects(&deps.bucket, &keys::parts_prefix(&manifest.dataset)).await?;
    let parts = manifest.parts.iter();
    let parts: BTreeSet<String> = parts
        .map(|part| keys::part(&manifest.dataset, &part.id))
        .collect();
    let bytes: u64 = listed
        .iter()
        .filter(|object| parts.contains(&object.key))
        .map(|object| object.size)
        .sum();
    let maximum = deps.config.maximum_bytes;
    Ok((bytes > maximum).then(|| {
        format!(
            "the version's parts have {bytes} bytes; at most {maximum} are explored in a Lambda"
        )
    }))
}

/// Writes the rows, and shows each of them to the explorer.
pub async fn write(
    deps: &Deps,
    manifest: &DatasetManifest,
    mut explorer: Explorer,
) -> Result<Explorer> {
    let folder = TempDir::new().context("make a folder on the function's disk")?;
    for part in &manifest.parts {
        download(deps, &manifest.dataset, part, folder.path()).await?;
    }
    let key = keys::rows(&manifest.dataset, manifest.number);
    let path = folder.path().join("rows.parquet");
    let (manifest, parts_at, rows_at) = (manifest.clone(), folder.path().to_owned(), path.clone());
    // Reading and writing the disk is plain, blocking work.
    let consolidated = tokio::task::spawn_blocking(move || {
        consolidate(&manifest, &parts_at, &rows_at, &mut explorer)?;
        anyhow::Ok(explorer)
    });
    let explorer = consolidated.await??;
    objects::write_file(&deps.bucket, &key, &path).await?;
    Ok(explorer)
}

async fn download(deps: &Deps, dataset: &str, part: &Part, folder: &Path) -> Result<()> {
    let key = keys::part(dataset, &part.id);
    let get = deps
        .bucket
        .s3
        .get_object()
        .bucket(&deps.bucket.name)
        .key(&key);
    let object = get.send().await.with_context(|| format!("read {key}"))?;
    let path = parts::path(folder, part);
    let mut file = File::create(&path).await.context("write a part to disk")?;
    let copied = io::copy(&mut object.body.into_async_read(), &mut file).await;
    copied.with_context(|| format!("read {key}"))?;
    file.sync_data().await.context("write a part to disk")
}

fn consolidate(
    manifest: &DatasetManifest,
    folder: &Path,
    rows_at: &Path,
    explorer: &mut Explorer,
) -> Result<()> {
    let parts: Vec<&Part> = manifest.parts.iter().collect();
    let bytes = parts::bytes(folder, &parts)?;
    let mut consolidation = Consolidation::new(&folder.join("consolidation"), bytes)?;
    parts::for_each(folder, manifest, &parts, |row| consolidation.add(&row))?;
    for part in &parts {
        // The disk holds them in the consolidation's buckets now.
        fs::remove_file(parts::path(folder, part)).context("remove a part from disk")?;
    }
    let mut file = RowsFile::create(rows_at)?;
    consolidation.finish(|row| {
        explorer.add(&row);
        file.write(row)
    })?;
    file.finish()
}
