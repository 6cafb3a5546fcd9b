//! Keeps the feature group equal to the newest prepared dataset version.
//!
//! The pipeline's first step has prepared the version's rows when its event comes. Each row is looked up in the online
//! store and written where it differs; what the version does not have is deleted. So an event that comes twice writes
//! nothing twice, a function that dies is completed by the next invocation, and a replay of what failed is the same
//! work again. A version is claimed before anything is written, and an export whose version is overtaken stops.

mod claim;
mod config;
mod deps;
mod difference;
mod note;
mod outcome;
mod prepared;
mod record;
mod write;

use std::collections::BTreeSet;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::PipelineStep;
use contracts::features::{Claim, Export, FailedRow};
use contracts::{keys, pipeline};
use loop_state::objects::{self, Found};
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
    let job = match wake {
        Wake::Step(event) => match job(deps, event.detail) {
            Some(job) => job,
            None => return Ok(Outcome::NotOurs),
        },
        Wake::Replay { .. } => match last(deps, before.as_ref()).await? {
            Some(job) => job,
            None => return Ok(Outcome::NothingExported),
        },
    };
    let prepared = Prepared::of(deps, &job).await?;
    let version = prepared.manifest.number;
    let is_older = |before: &Found<Export>| before.value.version > version;
    if before.as_ref().is_some_and(is_older) {
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
    let claim = Claim { version, job };
    if !claim::take(deps, &claim).await? {
        return Ok(Outcome::Older { version });
    }
    let Some((export, failed)) = export(deps, &prepared, claim.job).await? else {
        return Ok(Outcome::Overtaken { version });
    };
    if !note::write(deps, &export).await? {
        return Ok(Outcome::Overtaken { version });
    }
    note::keep(deps, &failed).await?;
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

/// The job of the version that the group has, or was getting when its function died.
async fn last(deps: &Deps, before: Option<&Found<Export>>) -> Result<Option<String>> {
    let claimed = claim::read(deps).await?.map(|claim| claim.job);
    Ok(claimed.or_else(|| before.map(|found| found.value.job.clone())))
}

/// `None` where a newer version has claimed the group meanwhile.
async fn export(
    deps: &Deps,
    prepared: &Prepared,
    job: String,
) -> Result<Option<(Export, Vec<FailedRow>)>> {
    let version = prepared.manifest.number;
    let mut known = BTreeSet::new();
    let mut failed = Vec::new();
    let mut written = 0;
    for file in &prepared.files {
        for rows in prepared.rows_of(deps, file).await? {
            known.extend(rows.iter().map(|row| row.row_hash.clone()));
            let differing = difference::of(deps, rows).await?;
            if !differing.is_empty() && !claim::stands(deps, version).await? {
                return Ok(None);
            }
            let wanted = differing.len() as u64;
            let refused = write::put(deps, prepared, differing).await?;
            written += wanted - refused.len() as u64;
            failed.extend(refused);
        }
    }
    let Some((deleted, refused)) = write::delete_others(deps, prepared, &known).await? else {
        return Ok(None);
    };
    failed.extend(refused);
    let export = Export {
        version,
        job,
        rows: known.len() as u64,
        written,
        deleted,
        failed: failed.len() as u64,
    };
    Ok(Some((export, failed)))
}
