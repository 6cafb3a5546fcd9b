//! Buckets: one namespace for the account.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::object::OBJECTS;
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
    check_name(name)?;
    if BUCKETS.contains(tx, EVERYWHERE, name) {
        return Err(Failure::BucketAlreadyOwnedByYou(name.to_owned()));
    }
    BUCKETS.put(tx, EVERYWHERE, name, bucket);
    Ok(())
}

/// Only when it is empty.
pub fn delete_bucket(tx: &Tx, name: &str) -> Result<(), Failure> {
    get(tx, name)?;
    if !OBJECTS.first_names(tx, name, 1).is_empty() {
        return Err(Failure::BucketNotEmpty(name.to_owned()));
    }
    BUCKETS.delete(tx, EVERYWHERE, name);
    Ok(())
}

pub fn has_bucket(tx: &Tx, name: &str) -> bool {
    BUCKETS.contains(tx, EVERYWHERE, name)
}

pub(crate) fn get(tx: &Tx, name: &str) -> Result<Bucket, Failure> {
    BUCKETS
        .get(tx, EVERYWHERE, name)
        .ok_or_else(|| Failure::NoSuchBucket(name.to_owned()))
}

pub(crate) fn list(tx: &Tx) -> Vec<(String, Bucket)> {
    BUCKETS.list(tx, EVERYWHERE)
}

/// Whether the bucket's events go to EventBridge from now on.
pub fn set_event_bridge(tx: &Tx, name: &str, on: bool) -> Result<(), Failure> {
    let mut bucket = get(tx, name)?;
    bucket.event_bridge = on;
    BUCKETS.put(tx, EVERYWHERE, name, &bucket);
    Ok(())
}

/// What AWS keeps for itself, beyond the letters and the length that every request's bucket is
/// held to: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.
const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

fn check_name(name: &str) -> Result<(), Failure> {
    let reserved = RESERVED_PREFIXES.iter().any(|it| name.starts_with(it))
        || RESERVED_SUFFIXES.iter().any(|it| name.ends_with(it));
    if reserved || !s3s::path::check_bucket_name(name) {
        return Err(Failure::InvalidBucketName(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_a_name_that_aws_would_take() {
        check_name("my.example-bucket-1").unwrap();
        for name in [
            "ab",
            "Reviews",
            "my_bucket",
            "-bucket",
            "bucket-",
            "my..bucket",
            "192.168.5.4",
            "xn--bucket",
            "sthree-bucket",
            "amzn-s3-demo-bucket",
            "bucket-s3alias",
            "bucket--ol-s3",
            "bucket.mrap",
            "bucket--x-s3",
            "bucket--table-s3",
        ] {
            assert!(
                matches!(check_name(name), Err(Failure::InvalidBucketName(_))),
                "{name}"
            );
        }
        check_name(&"a".repeat(63)).unwrap();
        check_name(&"a".repeat(64)).unwrap_err();
    }
}
