//! One upload, from its key to its receipt.

use anyhow::Result;
use contracts::dataset::Received;
use contracts::keys;
use policy::dataset::Mode;
use tracing::{info, warn};
use uploads::{Source, download};

use crate::{Deps, Outcome, register, rows};

pub async fn upload(deps: &Deps, bucket: &str, key: String) -> Result<Outcome> {
    if bucket != deps.bucket.name || !key.starts_with(keys::INCOMING) {
        return Ok(Outcome::NotOurs);
    }
    if key.ends_with('/') {
        return Ok(Outcome::FolderMarker);
    }
    if key.starts_with(keys::INCOMING_UNLABELLED) {
        return Ok(Outcome::Unlabelled);
    }
    let Some(upload) = download::open(&deps.bucket, &key).await? else {
        return Ok(Outcome::Gone);
    };
    // The event came again: the receipt's result stands, also after later uploads, and the content is
    // not read.
    if let Some(result) = register::known(deps, &upload.source).await? {
        return Ok(Outcome::Received(result));
    }
    if let Some(reason) = upload.too_large(deps.config.maximum_upload_bytes) {
        return conclude(deps, &upload.source, Received::Rejected { reason }).await;
    }
    let (source, file) = upload.save().await?;

    // The file is on disk; reading it is plain, blocking work.
    let (config, source_key) = (deps.config.clone(), source.key.clone());
    let checked = tokio::task::spawn_blocking(move || {
        let maximum_bytes = config.maximum_upload_bytes;
        rows::check(&file, &source_key, &config.recipe, maximum_bytes)
    });
    let received = match checked.await?? {
        Err(reason) => Received::Rejected { reason },
        Ok(checked) => {
            register::keep_quarantine(deps, &checked).await?;
            let replace = source.key.starts_with(keys::INCOMING_REPLACE);
            let mode = if replace { Mode::ReplaceAll } else { Mode::Add };
            match checked.unusable() {
                Some(reason) => Received::Rejected { reason },
                None => register::version(deps, &source, &checked, mode).await?,
            }
        }
    };
    conclude(deps, &source, received).await
}

async fn conclude(deps: &Deps, source: &Source, received: Received) -> Result<Outcome> {
    if let Received::Rejected { reason } = &received {
        warn!(object.key = source.key, reason, "rejected the upload");
    } else {
        info!(object.key = source.key, ?received, "received the upload");
    }
    register::receipt(deps, source, &received).await?;
    Ok(Outcome::Received(received))
}
