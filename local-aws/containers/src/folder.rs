//! A job's folder, which stands for `/opt/ml`.

use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use local_core::Cloud;

const CONTAINER_BASE: &str = "/opt/ml";

/// A fresh, empty folder for one attempt, so that no attempt sees the files of an earlier one. The
/// outputs are uploaded, so the folder goes with this value, however the attempt ends.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(cloud: &Cloud, kind: &str, name: &str) -> std::io::Result<Self> {
        let parent = cloud.store.folder().join(kind);
        let parent = join(&parent, name).ok_or(std::io::ErrorKind::InvalidFilename)?;
        std::fs::create_dir_all(&parent)?;
        // Children name the folder in their environment, from their own working directory.
        let parent = parent.canonicalize()?;
        let folder = parent.join(cloud.world.dice("containers/folder").hex(8));
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "a job's folder could not be removed");
        }
        // The folder of all attempts is only removed where it is empty.
        let _ = self.0.parent().map(std::fs::remove_dir);
    }
}

/// The one way from a name or a key to a path: below the folder, by normal components alone.
/// `None` for a name that would lead elsewhere, or nowhere.
pub fn join(folder: &Path, name: impl AsRef<Path>) -> Option<PathBuf> {
    let name = name.as_ref();
    let is_normal = |c| matches!(c, Component::Normal(_));
    let leads_below = name.components().next().is_some()
        && name.components().all(is_normal)
        && !name.as_os_str().as_bytes().contains(&0);
    leads_below.then(|| folder.join(name))
}

/// Where a path inside the container lies below the job's folder.
pub fn below(folder: &Path, local_path: &str) -> Result<PathBuf, String> {
    let inside = Path::new(local_path)
        .strip_prefix(CONTAINER_BASE)
        .map_err(|_| format!("LocalPath '{local_path}' is not below {CONTAINER_BASE}"))?;
    join(folder, inside).ok_or_else(|| format!("LocalPath '{local_path}' leaves {CONTAINER_BASE}"))
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, content)
}

/// Every file below a folder, relative to it, in order.
pub fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(relative) = waiting.pop() {
        for entry in std::fs::read_dir(folder.join(&relative))? {
            let entry = entry?;
            let path = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                waiting.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_normal_components_lead_below_a_folder() {
        let folder = Path::new("/state/job");
        for (name, expected) in [
            ("train", Some("/state/job/train")),
            ("a/b.csv", Some("/state/job/a/b.csv")),
            ("..", None),
            ("a/../../b", None),
            (".", None),
            ("", None),
            ("/tmp/escaped", None),
            ("a\0b", None),
        ] {
            assert_eq!(join(folder, name), expected.map(PathBuf::from), "{name:?}");
        }
    }
}
