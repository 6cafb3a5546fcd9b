//! S3, as any client of it reads and writes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::error::{AthenaError, Result};

/// One statement's view of S3: it counts what was read.
#[derive(Clone, Debug)]
pub struct Storage {
    endpoint: String,
    buckets: Arc<Mutex<HashMap<String, Arc<AmazonS3>>>>,
    scanned: Arc<AtomicU64>,
}

/// `s3://BUCKET/KEY`, taken apart.
#[derive(Clone, Debug)]
pub struct Uri {
    pub bucket: String,
    pub key: String,
}

impl Uri {
    pub fn parse(text: &str) -> Result<Self> {
        let rest = ["s3://", "s3a://", "s3n://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        let Some((bucket, key)) = rest.map(|rest| rest.split_once('/').unwrap_or((rest, "")))
        else {
            return Err(AthenaError::user(format!(
                "INVALID_TABLE_PROPERTY: {text} is not an S3 URI"
            )));
        };
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }

    /// The folder that a location names, with or without its last slash.
    pub fn folder(text: &str) -> Result<Self> {
        let mut uri = Self::parse(text)?;
        if !uri.key.is_empty() && !uri.key.ends_with('/') {
            uri.key.push('/');
        }
        Ok(uri)
    }
}

impl std::fmt::Display for Uri {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "s3://{}/{}", self.bucket, self.key)
    }
}

impl Storage {
    pub fn from_environment() -> anyhow::Result<Self> {
        let endpoint = std::env::var("AWS_ENDPOINT_URL")
            .map_err(|_| anyhow::anyhow!("AWS_ENDPOINT_URL is not set"))?;
        Ok(Self {
            endpoint,
            buckets: Arc::default(),
            scanned: Arc::default(),
        })
    }

    /// The same buckets with a counter of its own.
    pub fn counted(&self) -> Self {
        Self {
            scanned: Arc::default(),
            ..self.clone()
        }
    }

    pub fn scanned(&self) -> u64 {
        self.scanned.load(Ordering::Relaxed)
    }

    pub async fn read(&self, uri: &Uri) -> Result<Bytes> {
        let answer = self.bucket(&uri.bucket)?.get(&path(uri)?).await;
        let bytes = answer.map_err(|error| failed(uri, &error))?.bytes().await;
        let bytes = bytes.map_err(|error| failed(uri, &error))?;
        self.scanned
            .fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes)
    }

    pub async fn write(&self, uri: &Uri, bytes: Vec<u8>) -> Result<()> {
        let answer = self
            .bucket(&uri.bucket)?
            .put(&path(uri)?, bytes.into())
            .await;
        answer.map(|_| ()).map_err(|error| failed(uri, &error))
    }

    /// The objects below a folder in the order of their keys; those whose names begin with `_` or `.` are hidden, as in
    /// Hive, and so are folder markers.
    pub async fn list(&self, folder: &Uri) -> Result<Vec<Uri>> {
        let prefix = path(folder)?;
        let prefix = (!folder.key.is_empty()).then_some(&prefix);
        let listed: Vec<_> = self
            .bucket(&folder.bucket)?
            .list(prefix)
            .try_collect()
            .await
            .map_err(|error| failed(folder, &error))?;
        let mut keys: Vec<String> = listed
            .into_iter()
            .filter(|object| object.size > 0)
            .map(|object| object.location.to_string())
            .collect();
        keys.retain(|key| {
            let name = key.rsplit('/').next().unwrap_or_default();
            !name.starts_with(['_', '.'])
        });
        keys.sort_unstable();
        let uri = |key| Uri {
            bucket: folder.bucket.clone(),
            key,
        };
        Ok(keys.into_iter().map(uri).collect())
    }

    fn bucket(&self, name: &str) -> Result<Arc<AmazonS3>> {
        // A map of clients is whole after any panic.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = buckets.get(name) {
            return Ok(Arc::clone(known));
        }
        let built = AmazonS3Builder::from_env()
            .with_endpoint(&self.endpoint)
            .with_allow_http(true)
            .with_bucket_name(name)
            .build();
        let built =
            Arc::new(built.map_err(|error| {
                AthenaError::system(format!("GENERIC_INTERNAL_ERROR: {error}"))
            })?);
        buckets.insert(name.to_owned(), Arc::clone(&built));
        Ok(built)
    }
}

fn path(uri: &Uri) -> Result<Path> {
    Path::parse(uri.key.trim_end_matches('/'))
        .map_err(|error| AthenaError::user(format!("HIVE_CANNOT_OPEN_SPLIT: {uri}: {error}")))
}

fn failed(uri: &Uri, error: &object_store::Error) -> AthenaError {
    match error {
        object_store::Error::NotFound { .. } => {
            AthenaError::user(format!("HIVE_CANNOT_OPEN_SPLIT: {uri} does not exist"))
        }
        object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => {
            AthenaError::user(format!("PERMISSION_DENIED: Access Denied: {uri}"))
        }
        other => AthenaError::user(format!("HIVE_CANNOT_OPEN_SPLIT: {uri}: {other}")),
    }
}
