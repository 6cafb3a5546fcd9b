//! Buckets: one namespace for the account.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Failure;
use super::object;
use local_core::store::{Table, Tx};

const BUCKETS: Table<Bucket> = Table::new("s3/bucket");
/// Bucket names are unique across regions.
const EVERYWHERE: &str = "";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bucket {
    pub region: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
    /// Whether its events go to EventBridge.
    pub event_bridge: bool,
}

pub fn create_bucket(tx: &Tx, name: &str, bucket: &Bucket) -> Result<(), Failure> {
    if BUCKETS.get(tx, EVERYWHERE, name).is_some() {
        return Err(Failure::BucketAlreadyOwnedByYou(name.to_owned()));
    }
    BUCKETS.put(tx, EVERYWHERE, name, bucket);
    Ok(())
}

/// Only when it is empty.
pub fn delete_bucket(tx: &Tx, name: &str) -> Result<(), Failure> {
    get(tx, name)?;
    if object::next(tx, name, "", true).is_some() {
        return Err(Failure::BucketNotEmpty(name.to_owned()));
    }
    BUCKETS.delete(tx, EVERYWHERE, name);
    Ok(())
}

pub(super) fn get(tx: &Tx, name: &str) -> Result<Bucket, Failure> {
    BUCKETS
        .get(tx, EVERYWHERE, name)
        .ok_or_else(|| Failure::NoSuchBucket(name.to_owned()))
}

pub(super) fn list(tx: &Tx) -> Vec<(String, Bucket)> {
    BUCKETS.list(tx, EVERYWHERE)
}

pub(super) fn set_event_bridge(tx: &Tx, name: &str, on: bool) -> Result<(), Failure> {
    let mut bucket = get(tx, name)?;
    bucket.event_bridge = on;
    BUCKETS.put(tx, EVERYWHERE, name, &bucket);
    Ok(())
}
