//! Multipart uploads.

use std::collections::BTreeMap;
use std::io::Read;

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::bucket;
use crate::checksum::{Algorithm, Checksums, hasher};
use crate::event::Cause;
use crate::failure::Failure;
use crate::object::{Headers, Object};
use crate::rows::{self, Condition};
use local_core::store::{Blob, Store, Table, Tx};

const UPLOADS: Table<Upload> = Table::new("s3/upload");
pub(crate) const PARTS: Table<Part> = Table::new("s3/part");

/// S3's minimum for every part but the last.
const MIN_PART_BYTES: u64 = 5 * 1024 * 1024;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub key: String,
    pub headers: Headers,
    pub metadata: BTreeMap<String, String>,
    pub algorithm: Option<Algorithm>,
    /// The checksum is of the whole object, not of its parts' checksums.
    pub full_object: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub initiated: OffsetDateTime,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Part {
    pub blob: Blob,
    pub checksums: Checksums,
    #[serde(with = "time::serde::rfc3339")]
    pub last_modified: OffsetDateTime,
}

/// Which upload: bucket, key and upload id, as every request repeats them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<'a> {
    pub bucket: &'a str,
    pub key: &'a str,
    pub upload: &'a str,
}

/// One line of a client's list of parts.
pub(crate) struct Listed {
    pub number: i32,
    pub etag: Option<String>,
    pub checksums: Checksums,
}

impl Listed {
    fn is(&self, part: &Part) -> bool {
        let etag = self.etag.as_ref();
        etag.is_none_or(|etag| *etag == part.blob.md5)
            && self.checksums.difference(&part.checksums).is_none()
    }
}

pub(crate) fn create(tx: &Tx, bucket: &str, id: &str, upload: &Upload) -> Result<(), Failure> {
    bucket::get(tx, bucket)?;
    UPLOADS.put(tx, bucket, id, upload);
    Ok(())
}

pub(crate) fn get(tx: &Tx, id: Id) -> Result<Upload, Failure> {
    bucket::get(tx, id.bucket)?;
    UPLOADS
        .get(tx, id.bucket, id.upload)
        .filter(|upload: &Upload| upload.key == id.key)
        .ok_or(Failure::NoSuchUpload)
}

pub(crate) fn put_part(tx: &Tx, id: Id, number: i32, part: &Part) -> Result<(), Failure> {
    get(tx, id)?;
    PARTS.put(tx, id.upload, &row(number), part);
    Ok(())
}

/// Parts by number.
pub(crate) fn parts(tx: &Tx, id: Id) -> Result<Vec<(i32, Part)>, Failure> {
    get(tx, id)?;
    let parts = PARTS.list(tx, id.upload).into_iter();
    Ok(parts
        .map(|(number, part)| (number.parse().expect("a row is named by `row`"), part))
        .collect())
}

pub(crate) fn abort(tx: &Tx, id: Id) -> Result<(), Failure> {
    get(tx, id)?;
    PARTS.delete_all(tx, id.upload);
    UPLOADS.delete(tx, id.bucket, id.upload);
    Ok(())
}

/// The parts that a client lists, checked as S3 does.
pub(crate) fn select(stored: Vec<(i32, Part)>, listed: &[Listed]) -> Result<Vec<Part>, Failure> {
    if listed.is_empty() {
        return Err(Failure::MalformedXml("You must specify at least one part"));
    }
    if !listed.is_sorted_by(|left, right| left.number < right.number) {
        return Err(Failure::InvalidPartOrder);
    }
    let mut stored: BTreeMap<i32, Part> = stored.into_iter().collect();
    let mut parts = Vec::with_capacity(listed.len());
    for (index, line) in listed.iter().enumerate() {
        let part = stored
            .remove(&line.number)
            .filter(|part| line.is(part))
            .ok_or(Failure::InvalidPart(line.number))?;
        if part.blob.size < MIN_PART_BYTES && index + 1 < listed.len() {
            return Err(Failure::EntityTooSmall(line.number));
        }
        parts.push(part);
    }
    Ok(parts)
}

/// The parts' bytes as one blob, described as an object. Reads and writes files.
pub(crate) fn join(
    store: &Store,
    upload: &Upload,
    parts: &[Part],
    now: OffsetDateTime,
) -> Result<Object, Failure> {
    let whole: Vec<Algorithm> = upload
        .algorithm
        .filter(|_| upload.full_object)
        .into_iter()
        .collect();
    let mut hasher = hasher(&whole);
    let mut writer = store.blobs().writer();
    let mut digests = Md5::new();
    let mut buffer = vec![0; 256 * 1024];
    for part in parts {
        let mut blob = store.blobs().reader(&part.blob.sha256)?;
        loop {
            let read = blob.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
            writer.write(&buffer[..read])?;
        }
        let md5 = data_encoding::HEXLOWER.decode(part.blob.md5.as_bytes());
        digests.update(md5.expect("a blob's MD5 is hexadecimal"));
    }
    let blob = writer.finish()?;
    let checksums = match upload.algorithm {
        Some(algorithm) if !upload.full_object => {
            let digests: Option<Vec<&str>> = parts
                .iter()
                .map(|part| part.checksums.get(algorithm))
                .collect();
            Checksums::composite(algorithm, &digests.unwrap_or_default())?
        }
        _ => Checksums::from(hasher.finalize()),
    };
    Ok(Object {
        etag: format!(
            "{}-{}",
            data_encoding::HEXLOWER.encode(&digests.finalize()),
            parts.len()
        ),
        headers: upload.headers.clone(),
        metadata: upload.metadata.clone(),
        checksums,
        ..Object::new(&blob, now)
    })
}

/// Puts the object and forgets the upload, if it is still there and the condition holds.
pub(crate) fn complete(
    tx: &Tx,
    cause: &Cause,
    id: Id,
    object: &Object,
    condition: &Condition,
) -> Result<(), Failure> {
    abort(tx, id)?;
    rows::put(tx, cause, (id.bucket, id.key), object, condition)
}

/// Rows sort as numbers do: S3 allows part numbers up to 10,000.
fn row(number: i32) -> String {
    format!("{number:05}")
}
