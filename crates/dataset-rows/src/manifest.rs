//! A dataset version's manifest, as SageMaker lays it into a job's input.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use contracts::dataset::DatasetManifest;

/// Reads the one `.json` file of the folder.
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
