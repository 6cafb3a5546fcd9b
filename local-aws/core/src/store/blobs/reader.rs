//! Bytes on their way out of a blob.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use bytes::Bytes;

/// The bytes of a blob, from its row or its file.
pub enum BlobReader {
    Row(Cursor<Bytes>),
    File(File),
}

impl BlobReader {
    pub(super) fn row(bytes: Vec<u8>) -> Self {
        Self::Row(Cursor::new(bytes.into()))
    }

    /// Writes the bytes that were not read yet into a new file.
    pub fn copy_to(self, path: &Path) -> io::Result<()> {
        let mut copy = File::create(path)?;
        match self {
            Self::Row(mut bytes) => io::copy(&mut bytes, &mut copy),
            // From file to file the kernel copies.
            Self::File(mut file) => io::copy(&mut file, &mut copy),
        }
        .map(drop)
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Row(bytes) => bytes.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Row(bytes) => bytes.seek(to),
            Self::File(file) => file.seek(to),
        }
    }
}
