//! Keeps the feature group equal to the newest prepared dataset version.
//!
//! The pipeline's first step has prepared the version's rows when its event comes. Each row is looked up in the online
//! store and written where it differs; what the version does not have is deleted. So an event that comes twice writes
//! nothing twice, a function that dies is completed by the next invocation, and a replay of what failed is the same
//! work again.

mod config;
mod deps;
mod difference;
mod outcome;
mod prepared;
mod record;
mod write;

use std::collections::BTreeSet;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::PipelineStep;
use contracts::features::{Export, FailedRow};
use contracts::{keys, pipeline};
use loop_state::objects;
use serde::Deserialize;
use tracing::{info, warn};

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;
use prepared::Prepared;

/// The prepare step's event, or a person's `replay`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Wake {
    Replay { replay: bool },
    Step(Box<EventBridgeEvent<PipelineStep>>),
}

pub async fn handle(deps: &Deps, wake: Wake) -> Result<Outcome> {
    let key = keys::export(&deps.config.dataset_name);
    let before = objects::read::<Export>(&deps.bucket, &key).await?;
    let before = before.map(|found| found.value);
    let job = match (wake, &before) {
        (Wake::Step(event), _) => match job(deps, event.detail) {
            Some(job) => job,
            None => return Ok(Outcome::NotOurs),
        },
        (Wake::Replay { .. }, Some(before)) => before.job.clone(),
        (Wake::Replay { .. }, None) => return Ok(Outcome::NothingExported),
    };
    let prepared = Prepared::of(deps, &job).await?;
    let version = prepared.manifest.number;
    if before.is_some_and(|before| before.version > version) {
        return Ok(Outcome::Older { version });
    }
    if prepared.rows > deps.config.maximum_rows {
        let (rows, maximum) = (prepared.rows, deps.config.maximum_rows);
        let reason = format!("{rows} rows are more than {maximum}");
        warn!(
            dataset.version = version,
            reason, "left the version out of the feature group"
        );
        return Ok(Outcome::TooLarge { version, reason });
    }
    let export = export(deps, &prepared, job).await?;
    let json = serde_json::to_vec_pretty(&export)?;
    objects::write(&deps.bucket, &key, "application/json", json).await?;
    info!(
        dataset.version = version,
        written = export.written,
        deleted = export.deleted,
        failed = export.failed,
        "the feature group has the version's rows"
    );
    Ok(Outcome::Exported(export))
}

/// The job of the stack's prepare step.
fn job(deps: &Deps, step: PipelineStep) -> Option<String> {
    let pipeline = format!(":pipeline/{}", deps.config.pipeline_name);
    let is_ours =
        step.pipeline_arn.ends_with(&pipeline) && step.step_name == pipeline::PREPARE_STEP;
    let job = step.metadata.processing_job.filter(|_| is_ours)?;
    Some(job.arn.rsplit('/').next()?.to_owned())
}

async fn export(deps: &Deps, prepared: &Prepared, job: String) -> Result<Export> {
    let mut known = BTreeSet::new();
    let mut failed = Vec::new();
    let mut written = 0;
    for file in &prepared.files {
        for rows in prepared.rows_of(deps, file).await? {
            known.extend(rows.iter().map(|row| row.row_hash.clone()));
            let differing = difference::of(deps, rows).await?;
            let wanted = differing.len() as u64;
            let refused = write::put(deps, prepared, differing).await?;
            written += wanted - refused.len() as u64;
            failed.extend(refused);
        }
    }
    let (deleted, refused) = write::delete_others(deps, prepared, &known).await?;
    failed.extend(refused);
    keep(deps, &failed).await?;
    Ok(Export {
        version: prepared.manifest.number,
        job,
        rows: known.len() as u64,
        written,
        deleted,
        failed: failed.len() as u64,
    })
}

/// What the group refused, for people and until the next export.
async fn keep(deps: &Deps, failed: &[FailedRow]) -> Result<()> {
    let mut lines = Vec::new();
    for row in failed {
        serde_json::to_writer(&mut lines, row)?;
        lines.push(b'\n');
    }
    let key = keys::failed_features(&deps.config.dataset_name);
    objects::write(&deps.bucket, &key, "application/x-ndjson", lines).await
}
