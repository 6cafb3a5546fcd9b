//! A job's folder, which stands for `/opt/ml`.

use std::path::{Component, Path, PathBuf};

use local_core::Cloud;

const CONTAINER_BASE: &str = "/opt/ml";

/// A fresh, empty folder for one attempt: what an earlier attempt left is never seen.
pub fn fresh(cloud: &Cloud, kind: &str, name: &str) -> std::io::Result<PathBuf> {
    let parent = cloud.store.folder().join(kind).join(name);
    std::fs::create_dir_all(&parent)?;
    // Children name the folder in their environment, from their own working directory.
    let parent = parent.canonicalize()?;
    let folder = parent.join(cloud.world.random_hex(8));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}

/// Where a path inside the container lies below the job's folder.
pub fn below(folder: &Path, local_path: &str) -> Result<PathBuf, String> {
    let inside = Path::new(local_path)
        .strip_prefix(CONTAINER_BASE)
        .map_err(|_| format!("LocalPath '{local_path}' is not below {CONTAINER_BASE}"))?;
    if inside
        .components()
        .all(|c| matches!(c, Component::Normal(_)))
    {
        return Ok(folder.join(inside));
    }
    Err(format!("LocalPath '{local_path}' leaves {CONTAINER_BASE}"))
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

/// A job's folder is scratch: what counts has been uploaded.
pub fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, folder = %folder.display(), "a job's folder could not be removed");
    }
}
