//! Bytes of objects, named by their SHA-256.
//!
//! A large body is a file: written aside, synced and renamed before the transaction that refers to
//! it. A small one is a row: its own commit waits for no sync, because that of the transaction that
//! refers to it comes behind it in the same log. So no row names a blob that is not whole on disk.
//! Blobs that no row names are swept at start.

mod place;
mod reader;
mod writer;

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use place::Place;

pub use reader::BlobReader;
pub use writer::{Blob, BlobWriter};

/// The blobs of a state folder.
pub struct Blobs(Place);

impl Blobs {
    pub(super) fn open(
        state: &Path,
        writer: &Arc<Mutex<Connection>>,
        reader: &Arc<Mutex<Connection>>,
    ) -> io::Result<Self> {
        Place::open(state, writer, reader).map(Self)
    }

    pub fn writer(&self) -> BlobWriter {
        BlobWriter::new(self.0.clone())
    }

    pub fn reader(&self, sha256: &str) -> io::Result<BlobReader> {
        match self.0.row(sha256)? {
            Some(bytes) => Ok(BlobReader::row(bytes)),
            None => Ok(BlobReader::File(File::open(self.0.file(sha256))?)),
        }
    }

    /// Removes the blobs that are not in `kept`. Only when nothing is being written.
    pub fn sweep(&self, kept: &HashSet<String>) {
        if let Err(error) = self.0.sweep_rows(kept) {
            tracing::warn!(%error, "blobs without an object could not be removed");
        }
        let Ok(entries) = std::fs::read_dir(self.0.files()) else {
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
}

#[cfg(test)]
mod tests;
