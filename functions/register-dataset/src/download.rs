//! Brings the upload to the function's disk, chunk by chunk.

use anyhow::{Context, Result};
use aws_smithy_types::DateTime;
use tempfile::TempPath;
use time::OffsetDateTime;
use tokio::io::AsyncWriteExt;

use crate::Deps;
use crate::register::Source;

pub enum Download {
    Gone,
    TooLarge {
        source: Source,
        reason: String,
    },
    File {
        source: Source,
        /// Removed when dropped.
        path: TempPath,
    },
}

pub async fn upload(deps: &Deps, key: &str) -> Result<Download> {
    let place = || format!("read s3://{}/{key}", deps.bucket.name);
    let get = deps
        .bucket
        .s3
        .get_object()
        .bucket(&deps.bucket.name)
        .key(key);
    let mut object = match get.send().await {
        Ok(object) => object,
        Err(error) if error.as_service_error().is_some_and(|e| e.is_no_such_key()) => {
            return Ok(Download::Gone);
        }
        Err(error) => return Err(error).with_context(place),
    };
    let modified = object.last_modified().map_or(0, DateTime::secs);
    let source = Source {
        key: key.to_owned(),
        etag: object.e_tag.take().unwrap_or_default(),
        uploaded_at: OffsetDateTime::from_unix_timestamp(modified)?,
    };
    let size = u64::try_from(object.content_length.unwrap_or_default()).unwrap_or_default();
    let most = deps.config.maximum_upload_bytes;
    if size > most {
        let reason = format!(
            "the file has {size} bytes; at most {most} can be read in a Lambda's time: \
             upload it in several files, each adds a part"
        );
        return Ok(Download::TooLarge { source, reason });
    }
    let (file, path) = tempfile::NamedTempFile::new()?.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    while let Some(chunk) = object.body.try_next().await.with_context(place)? {
        file.write_all(&chunk)
            .await
            .context("write the upload to disk")?;
    }
    file.flush().await.context("write the upload to disk")?;
    Ok(Download::File { source, path })
}
