//! Checks an uploaded file and registers it as a dataset version.
//!
//! Good rows become a part named by its content, bad ones go to quarantine with their reasons,
//! and the manifest is written last, `If-None-Match`: two files at once race for one number, and
//! the loser adds its part to the winner's version. A file of which nothing can be used is
//! rejected with a reason that names the place, and nothing of it is registered. A file that is unlike
//! the dataset's constraints becomes a version that waits for a person.

mod check;
mod config;
mod deps;
mod job;
mod left_labels;
mod notification;
mod outcome;
mod receive;
mod register;
mod release;
mod version;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_lambda_events::s3::S3Event;
use contracts::dataset::Released;
use contracts::event::{ObjectCreated, PROCESSING_JOB, ProcessingJob};
use serde::Deserialize;
use serde_json::Value;

pub use config::{Config, JobSettings};
pub use deps::Deps;
pub use outcome::Outcome;

/// EventBridge tells of one upload, or of the end of the job that took one in; a bucket's own
/// notification, as it may be set up without EventBridge, of one or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Value")]
pub enum Wake {
    Event(Box<EventBridgeEvent<ObjectCreated>>),
    Job(Box<EventBridgeEvent<ProcessingJob>>),
    Notification(S3Event),
    /// A person's `release`.
    Release(Released),
}

impl TryFrom<Value> for Wake {
    type Error = serde_json::Error;

    fn try_from(event: Value) -> Result<Self, serde_json::Error> {
        if let Some(released) = event.get("release") {
            serde_json::from_value(released.clone()).map(Self::Release)
        } else if event.get("Records").is_some() {
            serde_json::from_value(event).map(Self::Notification)
        } else if event.get("detail-type").and_then(Value::as_str) == Some(PROCESSING_JOB) {
            serde_json::from_value(event).map(Self::Job)
        } else {
            serde_json::from_value(event).map(Self::Event)
        }
    }
}

pub async fn handle(deps: &Deps, wake: Wake) -> Result<Outcome> {
    match wake {
        Wake::Event(event) => {
            let ObjectCreated { bucket, object } = event.detail;
            receive::upload(deps, &bucket.name, object.key).await
        }
        Wake::Job(event) => {
            let job = event.detail.processing_job_name;
            match job::source_key(deps, &job).await? {
                Some(key) => receive::upload(deps, &deps.bucket.name, key).await,
                None => Ok(Outcome::NotOurs),
            }
        }
        Wake::Notification(notification) => notification::receive(deps, notification).await,
        Wake::Release(released) => release::release(deps, released).await,
    }
}
