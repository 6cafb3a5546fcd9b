//! Objects: a row each, written under a condition, with its event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;

use super::checksum::Checksums;
use super::{Failure, bucket};
use local_core::event::Event;
use local_core::store::{Blob, Table, Tx};
use local_core::{ACCOUNT, Cloud};

const OBJECTS: Table<Object> = Table::new("s3/object");

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

/// When a write succeeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    None,
    /// `If-None-Match: *`
    Absent,
    /// `If-Match: "etag"`
    Etag(String),
    /// `If-Match: *`
    Present,
}

/// Which request writes, when, and by which operation: what its event says.
#[derive(Debug, Clone)]
pub struct Cause {
    pub request_id: String,
    pub time: OffsetDateTime,
    /// `PutObject`, `CompleteMultipartUpload`, `CopyObject`, `DeleteObject`.
    pub reason: &'static str,
}

impl Cause {
    /// A service of this cloud, on its own.
    pub fn internal(cloud: &Cloud) -> Self {
        Self {
            request_id: request_id(cloud),
            time: cloud.world.now(),
            reason: "PutObject",
        }
    }
}

/// In S3's form: sixteen upper-case characters.
pub(super) fn request_id(cloud: &Cloud) -> String {
    cloud.world.random_hex(16).to_uppercase()
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

pub(super) fn get(tx: &Tx, bucket: &str, key: &str) -> Result<Object, Failure> {
    bucket::get(tx, bucket)?;
    OBJECTS
        .get(tx, bucket, key)
        .ok_or_else(|| Failure::NoSuchKey(key.to_owned()))
}

/// The first object after `key`, or at it.
pub(super) fn next(tx: &Tx, bucket: &str, key: &str, inclusive: bool) -> Option<(String, Object)> {
    OBJECTS.next(tx, bucket, key, inclusive)
}

pub(super) fn every(tx: &Tx) -> Vec<Object> {
    OBJECTS
        .list_everywhere(tx)
        .into_iter()
        .map(|(_, _, object)| object)
        .collect()
}

/// Puts the row if the condition holds, and emits `Object Created`.
pub(super) fn put(
    tx: &Tx,
    cause: &Cause,
    (bucket, key): (&str, &str),
    object: &Object,
    condition: &Condition,
) -> Result<(), Failure> {
    check(tx, (bucket, key), condition)?;
    OBJECTS.put(tx, bucket, key, object);
    emit(tx, cause, (bucket, key), &Change::Created(object))
}

/// Deletes the row if there is one and the condition holds, and emits `Object Deleted`.
pub(super) fn delete(
    tx: &Tx,
    cause: &Cause,
    (bucket, key): (&str, &str),
    condition: &Condition,
) -> Result<(), Failure> {
    check(tx, (bucket, key), condition)?;
    if OBJECTS.delete(tx, bucket, key) {
        emit(tx, cause, (bucket, key), &Change::Deleted)?;
    }
    Ok(())
}

fn check(tx: &Tx, (bucket, key): (&str, &str), condition: &Condition) -> Result<(), Failure> {
    bucket::get(tx, bucket)?;
    let found: Option<Object> = match condition {
        Condition::None => return Ok(()),
        _ => OBJECTS.get(tx, bucket, key),
    };
    match (condition, found) {
        (Condition::Absent, Some(_)) => Err(Failure::PreconditionFailed("If-None-Match")),
        (Condition::Etag(_) | Condition::Present, None) => Err(Failure::NoSuchKey(key.to_owned())),
        (Condition::Etag(etag), Some(object)) if *etag != object.etag => {
            Err(Failure::PreconditionFailed("If-Match"))
        }
        _ => Ok(()),
    }
}

enum Change<'a> {
    Created(&'a Object),
    Deleted,
}

fn emit(
    tx: &Tx,
    cause: &Cause,
    (bucket, key): (&str, &str),
    change: &Change,
) -> Result<(), Failure> {
    let settings = bucket::get(tx, bucket)?;
    if !settings.event_bridge {
        return Ok(());
    }
    // Sixteen digits and more compare like numbers only when they are equally many.
    let sequencer = format!("{:018X}", tx.count("s3/sequencer"));
    let mut detail = json!({
        "version": "0",
        "bucket": { "name": bucket },
        "object": { "key": key, "sequencer": sequencer },
        "request-id": cause.request_id,
        "requester": ACCOUNT,
        "source-ip-address": "127.0.0.1",
        "reason": cause.reason,
    });
    let detail_type = match change {
        Change::Created(object) => {
            detail["object"]["size"] = json!(object.size);
            detail["object"]["etag"] = json!(object.etag);
            "Object Created"
        }
        Change::Deleted => {
            detail["reason"] = json!("DeleteObject");
            detail["deletion-type"] = json!("Permanently Deleted");
            "Object Deleted"
        }
    };
    tx.emit(&Event {
        source: "aws.s3".to_owned(),
        detail_type: detail_type.to_owned(),
        region: settings.region,
        resources: vec![format!("arn:aws:s3:::{bucket}")],
        detail,
        time: cause.time,
    });
    Ok(())
}
