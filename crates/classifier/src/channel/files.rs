//! The files of a channel: rows, and the descriptions that `prepare` writes beside them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use contracts::dataset::PreparedManifest;

/// The name of `prepare`'s description of the files in a folder; several instances put their names
/// in front.
pub const MANIFEST: &str = "manifest.json";

/// The name of `prepare`'s profile, which is no part of a channel.
const PROFILE: &str = "profile.json";

/// The files of a folder and its sub-folders, as an S3 prefix has them.
#[derive(Debug, Default)]
pub struct Files {
    /// Those that hold rows, in the order of their names.
    pub rows: Vec<PathBuf>,
    /// Hidden files and folders, and profiles. Each is logged.
    pub skipped: Vec<PathBuf>,
    manifests: Vec<(PathBuf, PreparedManifest)>,
}

impl Files {
    pub fn of(folder: &Path) -> Result<Files> {
        let mut files = Files::default();
        files.add(folder)?;
        files.rows.sort();
        for path in &files.skipped {
            tracing::warn!("not read, because of its name: {}", path.display());
        }
        Ok(files)
    }

    fn add(&mut self, folder: &Path) -> Result<()> {
        let at = || format!("read the folder {}", folder.display());
        for entry in fs::read_dir(folder).with_context(at)? {
            let path = entry.with_context(at)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(['.', '_']) || name == PROFILE {
                self.skipped.push(path);
            } else if path.is_dir() {
                self.add(&path)?;
            } else if name.ends_with(MANIFEST) {
                let manifest = manifest(&path)?;
                self.manifests.push((folder.to_owned(), manifest));
            } else {
                self.rows.push(path);
            }
        }
        Ok(())
    }

    /// Whether `prepare` wrote a file of rows: its manifest is in the same folder.
    pub fn is_prepared(&self, file: &Path) -> bool {
        let mut folders = self.manifests.iter().map(|(folder, _)| folder.as_path());
        folders.any(|folder| Some(folder) == file.parent())
    }

    /// The dataset version that the rows are of; `None` where no manifest names it.
    pub fn dataset_version_id(&self) -> Option<String> {
        let first = self.manifests.first();
        first.map(|(_, manifest)| manifest.dataset_version_id.clone())
    }

    /// The text columns that the rows were joined from; empty where no manifest names them.
    /// Instances that share the job have each its own manifest, and they agree.
    pub fn text_columns(&self) -> Vec<String> {
        let first = self.manifests.first();
        first.map_or_else(Vec::new, |(_, manifest)| manifest.text_columns.clone())
    }
}

fn manifest(path: &Path) -> Result<PreparedManifest> {
    let json = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&json).with_context(|| {
        format!(
            "{} is not a manifest of `prepare`: a file of rows needs another name",
            path.display()
        )
    })
}
