//! `classifier prepare`: from a dataset version's parts to the channels of a training job.
//!
//! Rows of all parts are consolidated (a human label wins, then the newest), split by content and
//! written as JSON Lines shards, with a profile beside them. The same manifest gives the same
//! bytes.

pub mod parts;
pub mod shards;

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use contracts::dataset::{DatasetManifest, PreparedProfile, PreparedRow, Slice, SplitPart};
use policy::{consolidation, split};

use crate::container::Container;
use crate::files::write_json;
use shards::Shards;

/// The outputs' names and what falls into them.
const PARTS: [(&str, SplitPart); 3] = [
    ("train", SplitPart::Train),
    ("validation", SplitPart::Validation),
    ("test", SplitPart::Test),
];

/// Runs the job.
pub fn run(container: &Container) -> Result<()> {
    let manifest = read_manifest(&container.input("manifest"))?;
    ensure!(
        manifest.prepare_version == split::VERSION,
        "the manifest asks for prepare version {}, this program is version {}",
        manifest.prepare_version,
        split::VERSION
    );
    let rows = parts::read(&container.input("parts"), &manifest)?;
    let read = rows.len();
    let consolidated = consolidation::consolidate(rows);
    let mut profile = PreparedProfile {
        superseded: (read - consolidated.len()) as u64,
        ..PreparedProfile::default()
    };
    let mut outputs = PARTS.map(|(name, part)| (name, part, Shards::new(container.output(name))));
    for row in consolidated {
        let part = split::part(&row.text);
        let (name, _, shards) = outputs
            .iter_mut()
            .find(|(_, wanted, _)| *wanted == part)
            .expect("every part has an output");
        *profile
            .rows
            .entry((*name).to_owned())
            .or_default()
            .entry(row.label.clone())
            .or_default() += 1;
        if part == SplitPart::Test && row.slice == Slice::Uncertain {
            profile.uncertain_test_rows += 1;
        }
        shards.write(&PreparedRow {
            review_body: row.text,
            sentiment: row.label,
            row_hash: row.row_hash,
            slice: row.slice,
            category: row.category,
        })?;
    }
    for (name, _, shards) in outputs {
        let rows = shards.finish()?;
        ensure!(
            rows > 0,
            "of {read} rows none falls into the {name} part: the dataset is too small"
        );
        tracing::info!("{name}: {rows} rows");
    }
    let folder = container.output("profile");
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    write_json(&folder.join("profile.json"), &profile)
}

/// The one `.json` file of the manifest input.
pub fn read_manifest(folder: &Path) -> Result<DatasetManifest> {
    let mut found = None;
    for entry in
        fs::read_dir(folder).with_context(|| format!("read the folder {}", folder.display()))?
    {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            ensure!(
                found.is_none(),
                "{} holds more than one manifest",
                folder.display()
            );
            found = Some(path);
        }
    }
    let path = found.with_context(|| format!("{} holds no manifest", folder.display()))?;
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&json)
        .with_context(|| format!("{} is no dataset manifest", path.display()))
}
