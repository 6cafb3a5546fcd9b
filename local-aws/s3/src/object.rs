//! What is kept of an object beside its bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::checksum::Checksums;
use local_core::store::{Blob, Table};

/// By bucket and key.
pub(crate) const OBJECTS: Table<Object> = Table::new("s3/object");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Object {
    pub size: u64,
    /// Without quotes: MD5, or MD5 of the parts' MD5s and `-N`.
    pub etag: String,
    /// The blob that holds the bytes.
    pub sha256: String,
    #[serde(with = "time::serde::rfc3339")]
    pub last_modified: OffsetDateTime,
    pub headers: Headers,
    pub metadata: BTreeMap<String, String>,
    pub checksums: Checksums,
}

/// Headers that are stored and given back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Headers {
    pub content_type: Option<String>,
    pub cache_control: Option<String>,
    pub content_disposition: Option<String>,
    pub content_encoding: Option<String>,
    pub content_language: Option<String>,
}

impl Object {
    pub fn new(blob: &Blob, last_modified: OffsetDateTime) -> Self {
        Self {
            size: blob.size,
            etag: blob.md5.clone(),
            sha256: blob.sha256.clone(),
            last_modified,
            headers: Headers::default(),
            metadata: BTreeMap::new(),
            checksums: Checksums::default(),
        }
    }
}
