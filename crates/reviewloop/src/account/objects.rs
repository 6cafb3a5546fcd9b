//! The stack's bucket.

use std::cmp::Reverse;

use anyhow::{Context, bail};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::Object;
use contracts::keys;
use serde::de::DeserializeOwned;

use super::{Account, Uploaded};
use crate::sentence::Sentence;

impl Account {
    /// An object as JSON; `None` where there is none.
    pub async fn object<T: DeserializeOwned>(&self, key: &str) -> anyhow::Result<Option<T>> {
        let Some(bytes) = self.bytes(key).await? else {
            return Ok(None);
        };
        let value = serde_json::from_slice(&bytes).with_context(|| format!("understand {key}"))?;
        Ok(Some(value))
    }

    /// `None` where there is none.
    pub async fn bytes(&self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let found = self
            .s3
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .send()
            .await;
        let object = match found {
            Ok(object) => object,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_no_such_key()) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error.sentence(&format!("read s3://{}/{key}", self.bucket))),
        };
        let bytes = object
            .body
            .collect()
            .await
            .with_context(|| format!("read {key}"))?;
        Ok(Some(bytes.into_bytes().to_vec()))
    }

    /// The object at an S3 URI of the stack's bucket as JSON; `None` where there is none.
    pub async fn find_at<T: DeserializeOwned>(&self, uri: &str) -> anyhow::Result<Option<T>> {
        let (bucket, key) =
            keys::parse_s3_uri(uri).with_context(|| format!("{uri} is no S3 URI"))?;
        if bucket != self.bucket {
            bail!("{uri} is not in the stack's bucket {}", self.bucket);
        }
        self.object(key).await
    }

    /// Every key under a prefix, in S3's order.
    pub async fn keys(&self, prefix: &str) -> anyhow::Result<Vec<String>> {
        let objects = self.objects(prefix).await?.into_iter();
        Ok(objects.filter_map(|object| object.key).collect())
    }

    /// The keys under a prefix that were written last, the newest first.
    pub async fn newest_keys(&self, prefix: &str, number: usize) -> anyhow::Result<Vec<String>> {
        let mut objects = self.objects(prefix).await?;
        objects.sort_by_key(|object| Reverse(object.last_modified));
        let newest = objects.into_iter().take(number);
        Ok(newest.filter_map(|object| object.key).collect())
    }

    /// Every object under a prefix, in S3's order.
    pub async fn objects(&self, prefix: &str) -> anyhow::Result<Vec<Object>> {
        let list = self.s3.list_objects_v2().bucket(&self.bucket);
        let mut pages = list.prefix(prefix).into_paginator().send();
        let mut objects = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| error.sentence(&format!("list {prefix}")))?;
            objects.extend(page.contents.unwrap_or_default());
        }
        Ok(objects)
    }

    /// The names directly below a prefix that have keys below them.
    pub async fn folders(&self, prefix: &str) -> anyhow::Result<Vec<String>> {
        let list = self.s3.list_objects_v2().bucket(&self.bucket);
        let mut pages = list.prefix(prefix).delimiter("/").into_paginator().send();
        let mut folders = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| error.sentence(&format!("list {prefix}")))?;
            let found = page.common_prefixes().iter();
            let names = found.filter_map(|found| {
                let name = found.prefix()?.strip_prefix(prefix)?;
                Some(name.trim_end_matches('/').to_owned())
            });
            folders.extend(names);
        }
        Ok(folders)
    }

    pub async fn put(&self, key: &str, body: impl Into<ByteStream>) -> anyhow::Result<Uploaded> {
        let put = self.s3.put_object().bucket(&self.bucket).key(key);
        let put = put.body(body.into()).send().await;
        let put =
            put.map_err(|error| error.sentence(&format!("write s3://{}/{key}", self.bucket)))?;
        self.uploaded(key, put.e_tag.unwrap_or_default()).await
    }

    /// Whether the object is there as it was written with this tag.
    pub async fn is_unchanged(&self, key: &str, etag: &str) -> anyhow::Result<bool> {
        let head = self.s3.head_object().bucket(&self.bucket).key(key);
        match head.send().await {
            Ok(head) => Ok(head.e_tag.as_deref() == Some(etag)),
            // An answer to HEAD has no body, and so no code.
            Err(error)
                if error
                    .raw_response()
                    .is_some_and(|answer| answer.status().as_u16() == 404) =>
            {
                Ok(false)
            }
            Err(error) => Err(error.sentence(&format!("look at s3://{}/{key}", self.bucket))),
        }
    }

    /// What was just written. The answers to writes have no time.
    pub(super) async fn uploaded(&self, key: &str, etag: String) -> anyhow::Result<Uploaded> {
        let head = self.s3.head_object().bucket(&self.bucket).key(key);
        let head = head.send().await;
        let head =
            head.map_err(|error| error.sentence(&format!("look at s3://{}/{key}", self.bucket)))?;
        Ok(Uploaded {
            key: key.to_owned(),
            etag,
            modified: head.last_modified.map_or(0, |time| time.secs()),
        })
    }

    /// Writes an object that is not there yet; whether it was not.
    pub async fn create(&self, key: &str, body: Vec<u8>) -> anyhow::Result<bool> {
        let put = self.s3.put_object().bucket(&self.bucket).key(key);
        let put = put.if_none_match("*").body(body.into()).send().await;
        match put {
            Ok(_) => Ok(true),
            // 412: there is one; 409: another write is in flight.
            Err(error)
                if error
                    .raw_response()
                    .is_some_and(|answer| matches!(answer.status().as_u16(), 409 | 412)) =>
            {
                Ok(false)
            }
            Err(error) => Err(error.sentence(&format!("write s3://{}/{key}", self.bucket))),
        }
    }
}
