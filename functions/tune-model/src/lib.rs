//! Starts a study of the newest dataset version: SageMaker's tuning job trains it with other hyperparameters.
//!
//! The training of the version's own execution is what is repeated: its image, channels and machine are the study's.
//! A study is named by all that makes it what it is, so that starting it twice finds the first. Its record is written
//! before its tuning job is created and removed where SageMaker refuses the job; after a crash in between, reconcile
//! wakes this function, which creates the job. One study runs at a time.

mod config;
mod deps;
mod look;
mod outcome;
mod search;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::TUNING_JOB;
use contracts::keys;
use contracts::tuning::{Study, StudyState, TuneRequest};
use loop_state::{objects, tunings};
use serde::Deserialize;
use tracing::{info, warn};

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;
use search::Created;

/// A person's request; a schedule's event; or reconcile's, by which no study is begun.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Wake {
    Tune { tune: TuneRequest },
    Event(Box<EventBridgeEvent>),
}

pub async fn handle(deps: &Deps, wake: Wake) -> Result<Outcome> {
    let studies = tunings::all(&deps.bucket).await?;
    let studies: Vec<Study> = studies.into_iter().map(|found| found.value).collect();
    let active = studies.iter().find(|study| study.is_active());
    if let Some(active) = active
        && active.state == StudyState::Searching
        && let Created::Refused { reason } = search::ensure(deps, active).await?
    {
        return refused(deps, active, reason).await;
    }
    let (request, is_scheduled) = match wake {
        Wake::Tune { tune } => (tune, false),
        Wake::Event(event) if event.detail_type == TUNING_JOB => return Ok(Outcome::Idle),
        Wake::Event(_) => (TuneRequest::default(), true),
    };
    let study = match look::study(deps, &request, &studies).await? {
        Ok(study) => study,
        Err(reason) => return Ok(not_started(reason)),
    };
    let is_same = |other: &&Study| {
        let is_of_version = other.dataset == study.dataset && other.version == study.version;
        other.name == study.name || is_scheduled && is_of_version
    };
    if let Some(same) = studies.iter().find(is_same) {
        let study = same.name.clone();
        return Ok(Outcome::Found { study });
    }
    if let Some(active) = active {
        let reason = format!("study {} is under way: one at a time", active.name);
        return Ok(not_started(reason));
    }
    begin(deps, study).await
}

async fn begin(deps: &Deps, study: Study) -> Result<Outcome> {
    if !objects::create(&deps.bucket, &keys::tuning(&study.name), &study).await? {
        // Another invocation was faster, and creates its job.
        let study = study.name;
        return Ok(Outcome::Found { study });
    }
    match search::ensure(deps, &study).await? {
        Created::Refused { reason } => refused(deps, &study, reason).await,
        Created::Is => {
            info!(
                study.name,
                dataset.version = study.version,
                study.jobs,
                "started the study"
            );
            let study = study.name;
            Ok(Outcome::Started { study })
        }
    }
}

async fn refused(deps: &Deps, study: &Study, reason: String) -> Result<Outcome> {
    objects::delete(&deps.bucket, &keys::tuning(&study.name)).await?;
    Ok(not_started(reason))
}

fn not_started(reason: String) -> Outcome {
    warn!(reason, "no study was started");
    Outcome::Refused { reason }
}
