//! Bytes of objects, named by their SHA-256.
//!
//! A large body is a file: written aside, synced and renamed before the transaction that refers to
//! it. A small one is a row: its own commit waits for no sync, because that of the transaction that
//! refers to it comes behind it in the same log. So no row names a blob that is not whole on disk.
//! Blobs that no row names are swept at start.

mod reader;
mod writer;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::connection::lock;

pub use reader::BlobReader;
pub use writer::BlobWriter;

/// What is known about stored bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// SHA-256 in lower-case hexadecimal; also the blob's name.
    pub sha256: String,
    /// MD5 in lower-case hexadecimal: S3's ETag of a single-part object.
    pub md5: String,
    pub size: u64,
}

/// The blobs of a state folder.
#[derive(Clone)]
pub struct Blobs {
    folder: PathBuf,
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
}

impl Blobs {
    /// Prepares the folders below the state folder.
    pub(super) fn open(
        state: &Path,
        writer: &Arc<Mutex<Connection>>,
        reader: &Arc<Mutex<Connection>>,
    ) -> io::Result<Self> {
        let incoming = state.join("incoming");
        // A killed process left it unfinished, and no row names it.
        if incoming.exists() {
            std::fs::remove_dir_all(&incoming)?;
        }
        std::fs::create_dir_all(incoming)?;
        std::fs::create_dir_all(state.join("blobs"))?;
        Ok(Self {
            folder: state.to_owned(),
            writer: Arc::clone(writer),
            reader: Arc::clone(reader),
        })
    }

    pub fn writer(&self) -> BlobWriter {
        BlobWriter::new(self.clone())
    }

    pub fn reader(&self, sha256: &str) -> io::Result<BlobReader> {
        match self.row(sha256).map_err(io::Error::other)? {
            Some(bytes) => Ok(BlobReader::row(bytes)),
            None => Ok(BlobReader::File(std::fs::File::open(self.file(sha256))?)),
        }
    }

    /// Removes the blobs that are not in `kept`. Only when nothing is being written.
    pub fn sweep(&self, kept: &HashSet<String>) {
        if let Err(error) = self.sweep_rows(kept) {
            tracing::warn!(%error, "blobs without an object could not be removed");
        }
        let Ok(entries) = std::fs::read_dir(self.folder.join("blobs")) else {
            return;
        };
        for entry in entries.flatten() {
            if !kept.contains(entry.file_name().to_string_lossy().as_ref())
                && let Err(error) = std::fs::remove_file(entry.path())
            {
                tracing::warn!(%error, "a blob without an object could not be removed");
            }
        }
    }

    fn sweep_rows(&self, kept: &HashSet<String>) -> rusqlite::Result<()> {
        let mut connection = lock(&self.writer);
        let transaction = connection.transaction()?;
        let names: Vec<String> = transaction
            .prepare("SELECT sha256 FROM blobs")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for name in names.iter().filter(|name| !kept.contains(*name)) {
            transaction.execute("DELETE FROM blobs WHERE sha256 = ?1", [name])?;
        }
        transaction.commit()
    }

    fn row(&self, sha256: &str) -> rusqlite::Result<Option<Vec<u8>>> {
        lock(&self.reader)
            .prepare_cached("SELECT bytes FROM blobs WHERE sha256 = ?1")?
            .query_row([sha256], |row| row.get(0))
            .optional()
    }

    fn put_row(&self, sha256: &str, bytes: &[u8]) -> rusqlite::Result<()> {
        lock(&self.writer)
            .prepare_cached(
                "INSERT INTO blobs (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute(params![sha256, bytes])?;
        Ok(())
    }

    fn file(&self, sha256: &str) -> PathBuf {
        self.folder.join("blobs").join(sha256)
    }
}

#[cfg(test)]
mod tests;
