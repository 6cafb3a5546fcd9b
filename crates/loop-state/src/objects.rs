//! JSON objects under conditional writes. S3 answers 412 where the object has changed, 404 where it was deleted, and 409 where
//! another write is in flight: the first two are a result, the third is retried.

use std::path::Path;

use anyhow::{Context, Result};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use contracts::keys;
use futures::{Stream, StreamExt, stream};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The stack's one bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub s3: aws_sdk_s3::Client,
    pub name: String,
}

impl Bucket {
    pub fn new(aws: &SdkConfig, name: &str) -> Self {
        Self {
            s3: aws_sdk_s3::Client::new(aws),
            name: name.to_owned(),
        }
    }
}

/// An object as it was read; the tag makes a later replacement conditional on it.
#[derive(Debug, Clone)]
pub struct Found<T> {
    pub value: T,
    pub etag: String,
}

/// 409 means that another conditional write to the key is under way; it is over in milliseconds.
const CONFLICT_RETRIES: u32 = 20;

/// Reads a JSON object; `None` where there is none.
pub async fn read<T: DeserializeOwned>(bucket: &Bucket, key: &str) -> Result<Option<Found<T>>> {
    let Some(Found { value, etag }) = read_bytes(bucket, key).await? else {
        return Ok(None);
    };
    let value = parsed(bucket, key, &value)?;
    Ok(Some(Found { value, etag }))
}

pub(crate) fn parsed<T: DeserializeOwned>(bucket: &Bucket, key: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).with_context(|| format!("parse {}", place(bucket, key)))
}

/// Requests that one invocation makes at the same time: more would only wait for each other on one
/// processor.
pub const AT_ONCE: usize = 16;

/// Reads many objects, [`AT_ONCE`] at a time; the answers are in the order of the keys. A reader that keeps
/// a part of each holds no more than that many whole.
pub fn read_all<T: DeserializeOwned>(
    bucket: &Bucket,
    keys: impl IntoIterator<Item = String>,
) -> impl Stream<Item = Result<Option<Found<T>>>> {
    let reads = stream::iter(keys).map(async move |key| read(bucket, &key).await);
    reads.buffered(AT_ONCE)
}

/// An object's address in a message, which may reach a log.
fn place(bucket: &Bucket, key: &str) -> String {
    keys::s3_uri(&bucket.name, keys::without_workers(key))
}

pub async fn read_bytes(bucket: &Bucket, key: &str) -> Result<Option<Found<Vec<u8>>>> {
    Ok(match get(bucket, key, None).await? {
        Answer::Found(found) => Some(found),
        Answer::Nothing | Answer::Unchanged => None,
    })
}

/// The same of an object that another program has written, of at most so many bytes: a larger one is
/// left unread.
pub async fn read_small(bucket: &Bucket, key: &str, most: u64) -> Result<Option<Small>> {
    let place = || format!("read {}", place(bucket, key));
    let get = bucket.s3.get_object().bucket(&bucket.name).key(key);
    let object = match get.send().await {
        Ok(object) => object,
        Err(error) if status(&error) == Some(404) => return Ok(None),
        Err(error) => return Err(error).with_context(place),
    };
    let size = object.content_length.unwrap_or_default();
    let size = u64::try_from(size).unwrap_or_default();
    if size > most {
        return Ok(Some(Small::Larger { size }));
    }
    let bytes = object.body.collect().await.with_context(place)?.to_vec();
    Ok(Some(Small::Whole(bytes)))
}

pub enum Small {
    Whole(Vec<u8>),
    /// Than was asked for.
    Larger {
        size: u64,
    },
}

pub(crate) enum Answer {
    Found(Found<Vec<u8>>),
    /// It still has the tag that was given.
    Unchanged,
    Nothing,
}

/// Reads an object, unless it has this tag.
pub(crate) async fn get(bucket: &Bucket, key: &str, unless: Option<String>) -> Result<Answer> {
    let place = || format!("read {}", place(bucket, key));
    let get = bucket.s3.get_object().bucket(&bucket.name).key(key);
    let object = match get.set_if_none_match(unless).send().await {
        Ok(object) => object,
        Err(error) if status(&error) == Some(304) => return Ok(Answer::Unchanged),
        Err(error) if status(&error) == Some(404) => return Ok(Answer::Nothing),
        Err(error) => return Err(error).with_context(place),
    };
    let etag = object.e_tag.unwrap_or_default();
    let value = object.body.collect().await.with_context(place)?.to_vec();
    Ok(Answer::Found(Found { value, etag }))
}

/// Writes an object that must not exist yet. `false`: it does, and was left as it is.
pub async fn create<T: Serialize>(bucket: &Bucket, key: &str, value: &T) -> Result<bool> {
    create_bytes(bucket, key, serde_json::to_vec_pretty(value)?).await
}

pub async fn create_bytes(bucket: &Bucket, key: &str, bytes: Vec<u8>) -> Result<bool> {
    put(bucket, key, bytes, None).await
}

/// Replaces what was read. `false`: another writer has replaced or deleted it meanwhile, so look again.
pub async fn replace<T: Serialize>(
    bucket: &Bucket,
    key: &str,
    value: &T,
    etag: &str,
) -> Result<bool> {
    put(bucket, key, serde_json::to_vec_pretty(value)?, Some(etag)).await
}

/// The same of bytes.
pub async fn replace_bytes(bucket: &Bucket, key: &str, bytes: Vec<u8>, etag: &str) -> Result<bool> {
    put(bucket, key, bytes, Some(etag)).await
}

/// Writes an object whose content follows from its key, or that the caller alone writes: without a condition.
pub async fn write(
    bucket: &Bucket,
    key: &str,
    content_type: &str,
    body: impl Into<ByteStream>,
) -> Result<()> {
    let put = bucket.s3.put_object().bucket(&bucket.name).key(key);
    let put = put.content_type(content_type).body(body.into());
    let written = put.send().await;
    written
        .map(drop)
        .with_context(|| format!("write {}", place(bucket, key)))
}

/// The same of a file on disk, chunk by chunk.
pub async fn write_file(bucket: &Bucket, key: &str, path: &Path) -> Result<()> {
    let body = ByteStream::from_path(path).await;
    let body = body.with_context(|| format!("read {} from disk", path.display()))?;
    write(bucket, key, BYTES, body).await
}

/// S3's own default.
const BYTES: &str = "application/octet-stream";

/// An object as a listing tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    pub etag: String,
    pub size: u64,
    /// Seconds since 1970.
    pub modified: i64,
}

/// All keys under a prefix, in S3's (byte) order.
pub async fn list(bucket: &Bucket, prefix: &str) -> Result<Vec<String>> {
    let listed = list_objects(bucket, prefix).await?.into_iter();
    Ok(listed.map(|object| object.key).collect())
}

/// What follows the prefix in each key.
pub async fn names(bucket: &Bucket, prefix: &str) -> Result<Vec<String>> {
    let keys = list(bucket, prefix).await?.into_iter();
    let names = keys.filter_map(|key| key.strip_prefix(prefix).map(str::to_owned));
    Ok(names.collect())
}

/// All objects under a prefix, in the order of their keys.
pub async fn list_objects(bucket: &Bucket, prefix: &str) -> Result<Vec<Listed>> {
    let mut pages = bucket
        .s3
        .list_objects_v2()
        .bucket(&bucket.name)
        .prefix(prefix)
        .into_paginator()
        .send();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.with_context(|| format!("list {}", place(bucket, prefix)))?;
        let objects = page.contents.unwrap_or_default().into_iter();
        listed.extend(objects.map(|object| Listed {
            key: object.key.unwrap_or_default(),
            etag: object.e_tag.unwrap_or_default(),
            size: u64::try_from(object.size.unwrap_or_default()).unwrap_or_default(),
            modified: object.last_modified.map_or(0, |time| time.secs()),
        }));
    }
    Ok(listed)
}

pub async fn exists(bucket: &Bucket, key: &str) -> Result<bool> {
    Ok(etag(bucket, key).await?.is_some())
}

/// The content's tag, where the object is there.
pub async fn etag(bucket: &Bucket, key: &str) -> Result<Option<String>> {
    match bucket
        .s3
        .head_object()
        .bucket(&bucket.name)
        .key(key)
        .send()
        .await
    {
        Ok(head) => Ok(Some(head.e_tag.unwrap_or_default())),
        Err(error) if status(&error) == Some(404) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("look for {}", place(bucket, key))),
    }
}

/// Whether the object is there as it was written with this tag.
pub async fn is_unchanged(bucket: &Bucket, key: &str, etag_then: &str) -> Result<bool> {
    Ok(etag(bucket, key).await?.as_deref() == Some(etag_then))
}

pub async fn delete(bucket: &Bucket, key: &str) -> Result<()> {
    let answer = bucket
        .s3
        .delete_object()
        .bucket(&bucket.name)
        .key(key)
        .send()
        .await;
    answer
        .map(drop)
        .with_context(|| format!("delete {}", place(bucket, key)))
}

async fn put(bucket: &Bucket, key: &str, bytes: Vec<u8>, etag: Option<&str>) -> Result<bool> {
    let mut conflicts = 0;
    loop {
        let put = bucket.s3.put_object().bucket(&bucket.name).key(key);
        let put = match etag {
            Some(etag) => put.if_match(etag),
            None => put.if_none_match("*"),
        };
        let Err(error) = put.body(ByteStream::from(bytes.clone())).send().await else {
            return Ok(true);
        };
        match status(&error) {
            Some(412) => return Ok(false),
            // A bucket that is missing is another matter.
            Some(404) if etag.is_some() && error.code() == Some("NoSuchKey") => return Ok(false),
            Some(409) if conflicts < CONFLICT_RETRIES => conflicts += 1,
            _ => return Err(error).with_context(|| format!("write {}", place(bucket, key))),
        }
    }
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error
        .raw_response()
        .map(|response| response.status().as_u16())
}
