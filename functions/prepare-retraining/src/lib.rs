//! Turns enough new labels into the next part of the dataset.
//!
//! By schedule it compares all labels with those in the newest dataset version. Enough new labels
//! become one file under `incoming/`, at most a few times a day; register-dataset takes it like any
//! upload.

mod config;
mod deps;
mod look;
mod outcome;

use std::collections::BTreeMap;
use std::pin::pin;

use anyhow::{Context, Result};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::dataset::Row;
use contracts::keys;
use contracts::review::Label;
use futures::{StreamExt, stream};
use lambda_main::metrics::{self, Metric};
use loop_state::objects;
use policy::naming;
use policy::retraining::{self, Decision};
use tracing::info;

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;

pub async fn handle(deps: &Deps, _: EventBridgeEvent) -> Result<Outcome> {
    let look = look::at(deps).await?;
    if let Some(key) = look.unreceived {
        return Ok(Outcome::AwaitingRegistration { key });
    }
    let bounds = deps.config.bounds;
    let mut decision = retraining::decide(look.new_labels.len(), look.made_today, bounds);
    let mut labels = Vec::new();
    if decision == Decision::Prepare {
        labels = accepted(deps, look.new_labels).await?;
        decision = retraining::decide(labels.len(), look.made_today, bounds);
    }
    match decision {
        Decision::TooFewLabels { found, needed } => Ok(Outcome::TooFewLabels { found, needed }),
        Decision::EnoughToday { made } => Ok(Outcome::EnoughToday { made }),
        Decision::Prepare => prepare(deps, &look.newest_id, labels).await,
    }
}

/// The new labels by their text hashes. One that LABELS does not name any more would only go into
/// quarantine, and be new again tomorrow.
async fn accepted(deps: &Deps, text_hashes: Vec<String>) -> Result<Vec<(String, Label)>> {
    let keys = text_hashes.iter().map(|text_hash| keys::label(text_hash));
    let read = objects::read_all::<Label>(&deps.bucket, keys);
    let mut read = pin!(stream::iter(&text_hashes).zip(read));
    let mut labels = Vec::new();
    while let Some((text_hash, found)) = read.next().await {
        let label =
            found?.with_context(|| format!("the label {text_hash} was listed and is gone"))?;
        if deps.config.labels.contains(&label.value.label) {
            labels.push((text_hash.clone(), label.value));
        }
    }
    Ok(labels)
}

async fn prepare(deps: &Deps, newest_id: &str, labels: Vec<(String, Label)>) -> Result<Outcome> {
    let mut lines = Vec::new();
    let mut text_hashes = Vec::new();
    for (text_hash, label) in labels {
        text_hashes.push(text_hash);
        let Label {
            text,
            context,
            label,
            origin,
            inclusion_probability,
            ..
        } = label;
        let row = Row {
            text,
            context,
            label,
            category: None,
            columns: BTreeMap::new(),
            origin,
            human: true,
            inclusion_probability,
        };
        serde_json::to_writer(&mut lines, &row)?;
        lines.push(b'\n');
    }
    let key = keys::human_labels(&naming::human_labels(newest_id, &text_hashes));
    if !objects::create_bytes(&deps.bucket, &key, lines).await? {
        return Ok(Outcome::RejectedBefore { key });
    }
    metrics::count(Metric::Retrainings, 1);
    info!(
        object.key = key,
        labels = text_hashes.len(),
        "prepared the next part"
    );
    Ok(Outcome::Prepared {
        key,
        labels: text_hashes.len(),
    })
}
