//! Objects without HTTP: what the other services of this cloud use. Their writes emit events like
//! a client's.

use std::io::{self, Read};
use std::path::Path;

use crate::event::Cause;
use crate::failure::Failure;
use crate::listing;
use crate::object::Object;
use crate::rows::{self, Condition};
use local_core::Cloud;
use local_core::store::{Blob, BlobReader, Tx};

/// Splits `s3://bucket/key`; the key may be empty, or a prefix.
pub fn parse_uri(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("s3://")?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    (!bucket.is_empty()).then_some((bucket, key))
}

pub fn get_bytes(cloud: &Cloud, bucket: &str, key: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(cloud, bucket, key)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// An object's bytes.
pub fn open(cloud: &Cloud, bucket: &str, key: &str) -> Result<BlobReader, Failure> {
    let object = head(cloud, bucket, key)?;
    Ok(cloud.store.blobs().reader(&object.sha256)?)
}

pub fn head(cloud: &Cloud, bucket: &str, key: &str) -> Result<Object, Failure> {
    cloud.store.read(|tx| rows::get(tx, bucket, key))
}

/// Every object whose key begins with `prefix`, in key order.
pub fn list_prefix(
    cloud: &Cloud,
    bucket: &str,
    prefix: &str,
) -> Result<Vec<(String, Object)>, Failure> {
    cloud.store.read(|tx| listing::all(tx, bucket, prefix))
}

pub fn put_bytes(cloud: &Cloud, bucket: &str, key: &str, bytes: &[u8]) -> Result<Object, Failure> {
    let blob = store_bytes(cloud, bytes)?;
    cloud
        .store
        .write(|tx| put_blob(tx, cloud, bucket, key, &blob))
}

pub fn put_file(cloud: &Cloud, bucket: &str, key: &str, file: &Path) -> Result<Object, Failure> {
    let blob = store_file(cloud, file)?;
    cloud
        .store
        .write(|tx| put_blob(tx, cloud, bucket, key, &blob))
}

/// Puts an object in a transaction of the caller's; `store_bytes` comes before it.
pub fn put_blob(
    tx: &Tx,
    cloud: &Cloud,
    bucket: &str,
    key: &str,
    blob: &Blob,
) -> Result<Object, Failure> {
    let cause = Cause::internal(cloud);
    let object = Object::new(blob, cause.time);
    rows::put(tx, &cause, (bucket, key), &object, &Condition::None)?;
    Ok(object)
}

pub fn store_bytes(cloud: &Cloud, bytes: &[u8]) -> io::Result<Blob> {
    let mut writer = cloud.store.blobs().writer();
    writer.write(bytes)?;
    writer.finish()
}

pub fn store_file(cloud: &Cloud, file: &Path) -> io::Result<Blob> {
    let mut writer = cloud.store.blobs().writer();
    let mut file = std::fs::File::open(file)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return writer.finish(),
            read => writer.write(&buffer[..read])?,
        }
    }
}

/// Deletes an object; one that is not there is no failure.
pub fn delete(cloud: &Cloud, bucket: &str, key: &str) -> Result<(), Failure> {
    let cause = Cause::internal(cloud);
    cloud
        .store
        .write(|tx| rows::delete(tx, &cause, (bucket, key), &Condition::None))
}
