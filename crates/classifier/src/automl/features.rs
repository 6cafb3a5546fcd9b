//! `classifier automl features`, and the folders that it leaves.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use bert::files::{write, write_json_lines};
use columns::Features;
use contracts::automl::{Analysis, LABEL, TEXT};
use serde_json::json;

use super::table::Table;
use crate::archive::{self, Bounds};
use crate::container::Container;
use crate::labels;

pub fn run(container: &Container) -> Result<()> {
    let analysis = analysis(&container.input("analysis"))?;
    let part = |name| Rows::read(&container.input("split").join(name), &analysis);
    let (train, validation) = (part("train")?, part("validation")?);
    let labels = labels::distinct(train.labels.iter().map(String::as_str));
    let features = Features::fit(&analysis.columns, &analysis.target, labels, &train.rows);
    let folder = container.output("features");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let json = serde_json::to_vec_pretty(&features)?;
    let archive = archive::packed(columns::FILE, &json).context("pack the features")?;
    write(&folder.join("model.tar.gz"), &archive)?;
    for (name, part) in [("train", &train), ("validation", &validation)] {
        let folder = container.output("rows").join(name);
        fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        let rows = part.rows.iter().zip(&part.labels);
        let rows = rows.map(|(row, label)| json!({ TEXT: features.text(row), LABEL: label }));
        write_json_lines(&folder.join("part-00000.jsonl"), rows)?;
    }
    tracing::info!(
        "{} train rows and {} validation rows became texts",
        train.labels.len(),
        validation.labels.len()
    );
    Ok(())
}

/// The rows of a part as analyze wrote them: the values without the label, and the label.
pub struct Rows {
    pub rows: Vec<Vec<String>>,
    pub labels: Vec<String>,
}

impl Rows {
    fn read(path: &Path, analysis: &Analysis) -> Result<Rows> {
        let names = analysis.columns.iter().map(|column| column.name.clone());
        Rows::of(path, names.collect(), &analysis.target)
    }

    pub fn of(path: &Path, mut names: Vec<String>, target: &str) -> Result<Rows> {
        names.push(target.to_owned());
        let table = Table::read(path, Some(&names))?;
        let apart = table.rows.into_iter().map(|mut row| {
            let label = row.pop().unwrap_or_default();
            (row, label)
        });
        let (rows, labels): (Vec<_>, Vec<_>) = apart.unzip();
        let missing = labels.iter().position(String::is_empty);
        ensure!(
            missing.is_none(),
            "{}: row {} has no label",
            path.display(),
            missing.unwrap_or_default() + 1
        );
        Ok(Rows { rows, labels })
    }
}

fn analysis(folder: &Path) -> Result<Analysis> {
    let path = folder.join("analysis.json");
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&json).with_context(|| format!("read {}", path.display()))
}

/// The features of a folder, unpacked beside the archive if they came as one.
pub fn load(folder: &Path) -> Result<Features> {
    let path = file(folder)?;
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&json).with_context(|| format!("read {}", path.display()))
}

fn file(folder: &Path) -> Result<PathBuf> {
    let plain = folder.join(columns::FILE);
    let archive = folder.join("model.tar.gz");
    if plain.is_file() || !archive.is_file() {
        return Ok(plain);
    }
    let unpacked = folder.join("unpacked");
    archive::unpack(&archive, &unpacked, Bounds::default())?;
    Ok(unpacked.join(columns::FILE))
}
