//! One upload, brought to the function's disk chunk by chunk.

use anyhow::{Context, Result};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_types::DateTime;
use loop_state::Bucket;
use policy::naming;
use tempfile::TempPath;
use time::OffsetDateTime;
use tokio::io::AsyncWriteExt;

/// One upload of an object: the same content under the same key again is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub key: String,
    pub etag: String,
    /// In whole seconds, as S3 has it.
    pub uploaded_at: OffsetDateTime,
}

impl Source {
    /// Names what becomes of it.
    pub fn receipt(&self) -> String {
        naming::receipt(&self.key, &self.etag, self.uploaded_at.unix_timestamp())
    }
}

/// An upload whose content has not been read.
pub struct Upload {
    pub source: Source,
    pub bytes: u64,
    body: ByteStream,
}

/// `None`: there is no such object (any more).
pub async fn open(bucket: &Bucket, key: &str) -> Result<Option<Upload>> {
    let get = bucket.s3.get_object().bucket(&bucket.name).key(key);
    let mut object = match get.send().await {
        Ok(object) => object,
        Err(error) if error.as_service_error().is_some_and(|e| e.is_no_such_key()) => {
            return Ok(None);
        }
        Err(error) => {
            return Err(error).with_context(|| format!("read s3://{}/{key}", bucket.name));
        }
    };
    let modified = object.last_modified().map_or(0, DateTime::secs);
    let source = Source {
        key: key.to_owned(),
        etag: object.e_tag.take().unwrap_or_default(),
        uploaded_at: OffsetDateTime::from_unix_timestamp(modified)?,
    };
    Ok(Some(Upload {
        source,
        bytes: u64::try_from(object.content_length.unwrap_or_default()).unwrap_or_default(),
        body: object.body,
    }))
}

impl Upload {
    /// Why it is too large, if so.
    pub fn too_large(&self, maximum_bytes: u64) -> Option<String> {
        (self.bytes > maximum_bytes).then(|| {
            format!(
                "the file has {} bytes; at most {maximum_bytes} can be read: upload it in several \
                 files, each adds a part",
                self.bytes
            )
        })
    }

    /// The file is removed when its path is dropped.
    pub async fn save(mut self) -> Result<(Source, TempPath)> {
        let (file, path) = tempfile::NamedTempFile::new()?.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        let place = || format!("read {}", self.source.key);
        while let Some(chunk) = self.body.try_next().await.with_context(place)? {
            file.write_all(&chunk)
                .await
                .context("write the upload to disk")?;
        }
        file.flush().await.context("write the upload to disk")?;
        Ok((self.source, path))
    }
}
