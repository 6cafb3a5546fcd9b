//! Chooses texts of an unlabelled file, and asks people about them.
//!
//! The choice is made once for an upload and written down; questions are asked as the day's cap has room. An event is
//! a hint: whatever file it names, all questions that are left over are looked at, and reconcile sends one while there
//! are any. The answers become labels and a part of the dataset as all others do.

mod ask;
mod choose;
mod config;
mod dataset;
mod deps;
mod known;
mod outcome;
mod receive;
mod rows;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::ObjectCreated;
use contracts::keys;
use tracing::info;

pub use config::Config;
pub use deps::Deps;
pub use outcome::{File, Outcome, Questions};

pub async fn handle(deps: &Deps, event: EventBridgeEvent<ObjectCreated>) -> Result<Outcome> {
    let ObjectCreated { bucket, object } = event.detail;
    let is_ours = bucket.name == deps.bucket.name;
    if !is_ours || !object.key.starts_with(keys::INCOMING_UNLABELLED) {
        return Ok(Outcome {
            file: File::NotOurs,
            questions: Questions::default(),
        });
    }
    let file = if object.key.ends_with('/') {
        File::FolderMarker
    } else if keys::is_schema(&object.key) {
        File::Schema
    } else {
        receive::upload(deps, &object.key).await?
    };
    let questions = ask::what_is_left(deps).await?;
    let Questions { asked, left } = questions;
    info!(object.key = object.key, ?file, asked, left, "looked");
    Ok(Outcome { file, questions })
}
