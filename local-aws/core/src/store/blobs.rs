//! Bodies too large for a row, named by their SHA-256.
//!
//! A blob is written aside, synced and renamed before the transaction that refers to it, so a row
//! never names a blob that is not whole on disk. Blobs that no row names are swept at start.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use local_digests::Digests;
use serde::{Deserialize, Serialize};

/// What is known about stored bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// SHA-256 in lower-case hexadecimal; also the file's name.
    pub sha256: String,
    /// MD5 in lower-case hexadecimal: S3's ETag of a single-part object.
    pub md5: String,
    pub size: u64,
}

/// Bytes on their way in. Dropping it unfinished removes what was written.
pub struct BlobWriter {
    folder: PathBuf,
    path: PathBuf,
    file: File,
    digests: Digests,
    size: u64,
    finished: bool,
}

/// Tells writers of one process apart; the folder's lock keeps other processes out.
static NEXT_WRITER: AtomicU64 = AtomicU64::new(0);

/// The folder of all blobs.
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    /// Prepares the folders below the state folder.
    pub fn open(state: &Path) -> io::Result<Self> {
        let incoming = state.join("incoming");
        // A killed process left it unfinished, and no row names it.
        if incoming.exists() {
            std::fs::remove_dir_all(&incoming)?;
        }
        std::fs::create_dir_all(incoming)?;
        std::fs::create_dir_all(state.join("blobs"))?;
        Ok(Self {
            folder: state.to_owned(),
        })
    }

    pub fn writer(&self) -> io::Result<BlobWriter> {
        let number = NEXT_WRITER.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join("incoming").join(number.to_string());
        Ok(BlobWriter {
            folder: self.folder.join("blobs"),
            file: File::create(&path)?,
            path,
            digests: Digests::default(),
            size: 0,
            finished: false,
        })
    }

    pub fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join("blobs").join(sha256)
    }

    /// Removes the blobs that are not in `kept`. Only when nothing is being written.
    pub fn sweep(&self, kept: &HashSet<String>) {
        let Ok(entries) = std::fs::read_dir(self.folder.join("blobs")) else {
            return;
        };
        for entry in entries.flatten() {
            if !kept.contains(entry.file_name().to_string_lossy().as_ref())
                && let Err(error) = std::fs::remove_file(entry.path())
            {
                tracing::warn!(%error, "a blob without a row could not be removed");
            }
        }
    }
}

impl BlobWriter {
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digests.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    pub fn finish(mut self) -> io::Result<Blob> {
        let digests = self.digests.clone().finish();
        self.file.sync_all()?;
        let path = self.folder.join(&digests.sha256);
        std::fs::rename(&self.path, path)?;
        self.finished = true;
        File::open(&self.folder)?.sync_all()?;
        Ok(Blob {
            sha256: digests.sha256,
            md5: digests.md5,
            size: self.size,
        })
    }
}

impl Drop for BlobWriter {
    fn drop(&mut self) {
        if !self.finished {
            // Best effort: the folder is emptied at the next start in any case.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
