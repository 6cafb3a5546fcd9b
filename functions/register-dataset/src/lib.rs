//! Checks an uploaded file and registers it as a dataset version.
//!
//! Good rows become a part named by its content, bad ones go to quarantine with their reasons,
//! and the manifest is written last, `If-None-Match`: two files at once race for one number, and
//! the loser adds its part to the winner's version. A file of which nothing can be used is
//! rejected with a reason that names the place, and nothing of it is registered.

mod config;
mod download;
mod notification;
mod register;
mod rows;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_lambda_events::s3::S3Event;
use aws_types::SdkConfig;
use contracts::dataset::Received;
use contracts::event::ObjectCreated;
use contracts::keys;
use loop_state::Bucket;
use policy::dataset::Mode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::{info, warn};

pub use config::Config;
use register::Source;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        Self {
            bucket: Bucket::new(aws, &config.bucket),
            config,
        }
    }
}

/// EventBridge tells of one upload; a bucket's own notification, as it may be set up without
/// EventBridge, of one or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Value")]
pub enum Wake {
    Event(Box<EventBridgeEvent<ObjectCreated>>),
    Notification(S3Event),
}

impl TryFrom<Value> for Wake {
    type Error = serde_json::Error;

    fn try_from(event: Value) -> Result<Self, serde_json::Error> {
        if event.get("Records").is_some() {
            serde_json::from_value(event).map(Self::Notification)
        } else {
            serde_json::from_value(event).map(Self::Event)
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    FolderMarker,
    /// Deleted since the event.
    Gone,
    /// A record of a notification that cannot be read.
    NamesNoObject {
        reason: String,
    },
    /// One outcome for each record of a notification.
    Records {
        outcomes: Vec<Outcome>,
    },
    #[serde(untagged)]
    Received(Received),
}

pub async fn handle(deps: &Deps, wake: Wake) -> Result<Outcome> {
    match wake {
        Wake::Event(event) => {
            let ObjectCreated { bucket, object } = event.detail;
            receive(deps, &bucket.name, object.key).await
        }
        Wake::Notification(notification) => notification::receive(deps, notification).await,
    }
}

async fn receive(deps: &Deps, bucket: &str, key: String) -> Result<Outcome> {
    if bucket != deps.bucket.name || !key.starts_with(keys::INCOMING) {
        return Ok(Outcome::NotOurs);
    }
    if key.ends_with('/') {
        return Ok(Outcome::FolderMarker);
    }
    let Some(upload) = download::open(deps, &key).await? else {
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
