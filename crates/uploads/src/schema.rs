//! The columns of an upload, as a file beside it names them.

use anyhow::{Context, Result};
use contracts::keys;
use contracts::schema::{MAXIMUM_BYTES, Schema};
use loop_state::Bucket;

use crate::download;

/// `None` where there is no such file. The inner `Err` says what is wrong with it.
pub async fn of(bucket: &Bucket, source_key: &str) -> Result<Result<Option<Schema>, String>> {
    let key = keys::schema(source_key);
    let Some(object) = download::open(bucket, &key).await? else {
        return Ok(Ok(None));
    };
    if object.bytes > MAXIMUM_BYTES {
        let reason = format!("{key} has more than {MAXIMUM_BYTES} bytes");
        return Ok(Err(reason));
    }
    let (_, path) = object.save().await?;
    let json = std::fs::read(&path).with_context(|| format!("read {key}"))?;
    Ok(Schema::read(&json)
        .map(Some)
        .map_err(|reason| refused(source_key, &reason)))
}

/// Why the columns refuse the upload, and how it is taken.
pub fn refused(source_key: &str, reason: &str) -> String {
    let schema = keys::schema(source_key);
    format!("{schema}: {reason}; correct or remove it, then upload the file again")
}
