//! The rows of a dataset version, part by part in the manifest's order.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use contracts::dataset::{DatasetManifest, Part, Row};

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
        let file = File::open(&path).with_context(|| format!("open {}", path.display()))?;
        for (place, line) in BufReader::new(file).lines().enumerate() {
            let at = || format!("{}, line {}", path.display(), place + 1);
            let row = row(&line.with_context(at)?, manifest).with_context(at)?;
            each(row).with_context(at)?;
            found += 1;
        }
        ensure!(
            found == part.rows,
            "{} has {found} rows, the manifest says {}",
            path.display(),
            part.rows
        );
    }
    Ok(())
}

fn row(line: &str, manifest: &DatasetManifest) -> Result<Row> {
    let row: Row = serde_json::from_str(line).context("not a row of a dataset part")?;
    ensure!(!row.text.trim().is_empty(), "`text` is empty");
    ensure!(
        manifest.labels.contains(&row.label),
        "label \"{}\" is not among the dataset's: {}",
        row.label,
        manifest.labels.join(", ")
    );
    Ok(row)
}
