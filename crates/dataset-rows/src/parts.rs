//! The rows of a dataset version, part by part in the manifest's order.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use contracts::dataset::{DatasetManifest, Part, Row};

use crate::channel::for_each_line;

/// A part's file.
pub fn path(folder: &Path, part: &Part) -> PathBuf {
    folder.join(format!("{}.jsonl", part.id))
}

/// Bytes of the parts that are there.
pub fn bytes(folder: &Path, parts: &[&Part]) -> Result<u64> {
    let length = |part: &&Part| {
        let path = path(folder, part);
        let metadata = fs::metadata(&path).with_context(|| format!("open {}", path.display()))?;
        Ok(metadata.len())
    };
    parts.iter().map(length).sum()
}

/// Calls `each` with every row of these parts. A bad row is an error that names file and line:
/// parts are written by register-dataset, which has put bad rows into quarantine, so one here
/// means that the part was damaged.
pub fn for_each(
    folder: &Path,
    manifest: &DatasetManifest,
    parts: &[&Part],
    mut each: impl FnMut(Row) -> Result<()>,
) -> Result<()> {
    for part in parts {
        let path = path(folder, part);
        let mut found = 0;
        for_each_line(&path, |_, line| {
            let row: Row = serde_json::from_str(line).context("not a row of a dataset part")?;
            if row.text.trim().is_empty() {
                bail!("`text` is empty");
            }
            if !manifest.labels.contains(&row.label) {
                bail!(
                    "label \"{}\" is not among the dataset's: {}",
                    row.label,
                    manifest.labels.join(", ")
                );
            }
            found += 1;
            each(row)
        })?;
        ensure!(
            found == part.rows,
            "{} has {found} rows, the manifest says {}",
            path.display(),
            part.rows
        );
    }
    Ok(())
}
