//! The rows of a dataset version, part by part in the manifest's order.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use contracts::dataset::{DatasetManifest, Row};

use crate::channel::for_each_line;

/// Reads `<part id>.jsonl` for every part. A bad row is an error that names file and line: parts
/// are written by register-dataset, which has put bad rows into quarantine, so one here means
/// that the part was damaged.
pub fn read(folder: &Path, manifest: &DatasetManifest) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for part in &manifest.parts {
        let path = folder.join(format!("{}.jsonl", part.id));
        let before = rows.len();
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
            rows.push(row);
            Ok(())
        })?;
        let found = (rows.len() - before) as u64;
        ensure!(
            found == part.rows,
            "{} has {found} rows, the manifest says {}",
            path.display(),
            part.rows
        );
    }
    Ok(rows)
}
