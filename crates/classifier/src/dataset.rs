//! `dataset.json`: what `prepare` says of the dataset, beside the rows in each of its outputs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use contracts::dataset::PreparedDataset;

use crate::files::write_json;

const FILE: &str = "dataset.json";

pub fn write(folder: &Path, dataset: &PreparedDataset) -> Result<()> {
    write_json(&folder.join(FILE), dataset)
}

/// `None` for channels that did not come from `prepare`.
pub fn read(folder: &Path) -> Result<Option<PreparedDataset>> {
    let path = folder.join(FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&json).map(Some).with_context(|| format!("read {}", path.display()))
}

/// Distinct labels: in numeric order if all are numbers, else in alphabetical order.
pub fn labels_of<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<String> {
    let distinct: BTreeSet<&str> = labels.collect();
    let mut labels: Vec<String> = distinct.into_iter().map(str::to_owned).collect();
    let numbers: Option<Vec<f64>> = labels.iter().map(|label| label.parse().ok()).collect();
    if numbers.is_some() {
        labels.sort_by(|a, b| {
            let number = |label: &str| label.parse::<f64>().unwrap_or(f64::NAN);
            number(a).total_cmp(&number(b))
        });
    }
    labels
}
