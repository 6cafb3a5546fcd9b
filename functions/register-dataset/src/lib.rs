//! Checks an uploaded file and registers it as a dataset version.
//!
//! Good rows become a part named by its content, bad ones go to quarantine with their reasons,
//! and the manifest is written last, `If-None-Match`: two files at once race for one number, and
//! the loser adds its part to the winner's version. A file of which nothing can be used is
//! rejected with a reason that names the place, and nothing of it is registered.

mod config;
mod download;
mod register;
mod rows;
mod table;

use anyhow::Result;
use aws_types::SdkConfig;
use contracts::event::{Event, ObjectCreated};
use contracts::keys;
use loop_state::Bucket;
use policy::dataset::Mode;
use serde::Serialize;
use tracing::{info, warn};

pub use config::Config;
use download::Download;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let bucket = Bucket {
            s3: aws_sdk_s3::Client::new(aws),
            name: config.bucket.clone(),
        };
        Self { config, bucket }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    FolderMarker,
    /// Deleted since the event.
    Gone,
    Registered {
        version: u32,
        version_id: String,
        part: String,
        rows: u64,
        quarantined: u64,
    },
    AlreadyRegistered {
        part: String,
    },
    /// Nothing of the file can be used.
    Rejected {
        reason: String,
    },
}

pub async fn handle(deps: &Deps, event: Event<ObjectCreated>) -> Result<Outcome> {
    let ObjectCreated { bucket, object } = event.detail;
    let key = object.key;
    if bucket.name != deps.bucket.name || !key.starts_with(keys::INCOMING) {
        return Ok(Outcome::NotOurs);
    }
    if key.ends_with('/') {
        return Ok(Outcome::FolderMarker);
    }
    let upload = match download::upload(deps, &key).await? {
        Download::Gone => return Ok(Outcome::Gone),
        Download::TooLarge { etag, reason } => return reject(deps, &key, &etag, reason).await,
        Download::File(upload) => upload,
    };

    // The file is on disk; reading it is plain, blocking work.
    let (path, etag, recipe) = (upload.path, upload.etag, deps.config.recipe.clone());
    let source_key = key.clone();
    let checked =
        tokio::task::spawn_blocking(move || rows::check(&path, &source_key, &recipe)).await??;
    let checked = match checked {
        Ok(checked) => checked,
        Err(reason) => return reject(deps, &key, &etag, reason).await,
    };

    register::keep_quarantine(deps, &checked).await?;
    let mode = if key.starts_with(keys::INCOMING_REPLACE) {
        Mode::ReplaceAll
    } else {
        Mode::Add
    };
    if let Some(reason) = checked.unusable() {
        return reject(deps, &key, &etag, reason).await;
    }
    let outcome = register::version(deps, &key, &checked, mode).await?;
    info!(object.key = key, ?outcome, "registered the upload");
    Ok(outcome)
}

async fn reject(deps: &Deps, key: &str, etag: &str, reason: String) -> Result<Outcome> {
    warn!(object.key = key, reason, "rejected the upload");
    register::rejection(deps, key, etag, &reason).await?;
    Ok(Outcome::Rejected { reason })
}
