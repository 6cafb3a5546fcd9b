//! Bytes on their way into a blob.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use local_digests::Digests;
use serde::{Deserialize, Serialize};

use super::place::Place;

/// What is known about stored bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// SHA-256 in lower-case hexadecimal; also the blob's name.
    pub sha256: String,
    /// MD5 in lower-case hexadecimal: S3's ETag of a single-part object.
    pub md5: String,
    pub size: u64,
}

/// The largest body that is kept in a row. Up to about this size SQLite reads and writes faster
/// than a file system does, and a row needs no syncs of its own.
pub(super) const LARGEST_ROW: usize = 64 * 1024;

/// Tells writers of one process apart; the folder's lock keeps other processes out.
static NEXT_WRITER: AtomicU64 = AtomicU64::new(0);

/// Bytes on their way in. Dropping it unfinished removes them.
pub struct BlobWriter {
    place: Place,
    digests: Digests,
    size: u64,
    /// All bytes, as long as they are few.
    few: Vec<u8>,
    incoming: Option<Incoming>,
}

/// A file that is not a blob yet.
struct Incoming {
    path: PathBuf,
    file: File,
}

impl BlobWriter {
    pub(super) fn new(place: Place) -> Self {
        Self {
            place,
            digests: Digests::default(),
            size: 0,
            few: Vec::new(),
            incoming: None,
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digests.update(bytes);
        self.size += bytes.len() as u64;
        if self.incoming.is_none() {
            if self.few.len() + bytes.len() <= LARGEST_ROW {
                self.few.extend_from_slice(bytes);
                return Ok(());
            }
            let mut incoming = Incoming::create(&self.place)?;
            incoming.file.write_all(&std::mem::take(&mut self.few))?;
            self.incoming = Some(incoming);
        }
        let incoming = self.incoming.as_mut().expect("it was made above");
        incoming.file.write_all(bytes)
    }

    pub fn finish(self) -> io::Result<Blob> {
        let digests = self.digests.finish();
        let sha256 = digests.sha256;
        match self.incoming {
            Some(incoming) => incoming.become_blob(&self.place, &sha256)?,
            None => self.place.put_row(&sha256, &self.few)?,
        }
        Ok(Blob {
            sha256,
            md5: digests.md5,
            size: self.size,
        })
    }
}

impl Incoming {
    fn create(place: &Place) -> io::Result<Self> {
        let number = NEXT_WRITER.fetch_add(1, Ordering::Relaxed);
        let path = place.incoming().join(number.to_string());
        Ok(Self {
            file: File::create(&path)?,
            path,
        })
    }

    fn become_blob(self, place: &Place, sha256: &str) -> io::Result<()> {
        self.file.sync_all()?;
        std::fs::rename(&self.path, place.file(sha256))?;
        File::open(place.files())?.sync_all()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // It is gone where it became a blob. Best effort: the folder is emptied at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}
