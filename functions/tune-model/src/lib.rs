//! Starts a study of the newest dataset version: SageMaker's tuning job trains it with other hyperparameters.
//!
//! The training of the version's own execution is what is repeated: its image, channels and machine are the study's.
//! A study is named by all that makes it what it is, so that starting it twice finds the first. Its record is written
//! before its tuning job is created and removed where SageMaker refuses the job, or says so if a schedule asked; after a crash in between, reconcile
//! wakes this function, which creates the job. One study runs at a time.

mod begin;
mod config;
mod deps;
mod look;
mod outcome;
mod search;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::TUNING_JOB;
use contracts::tuning::{Study, StudyState, TuneRequest};
use loop_state::tunings;
use serde::Deserialize;

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;
use outcome::{refused, under_way};

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
        && let Some(outcome) = begin::search(deps, active).await?
    {
        return Ok(outcome);
    }
    let (request, is_scheduled) = match wake {
        Wake::Tune { tune } => (tune, false),
        Wake::Event(event) if event.detail_type == TUNING_JOB => return Ok(Outcome::Idle),
        Wake::Event(_) => (TuneRequest::default(), true),
    };
    let study = match look::study(deps, &request, &studies).await? {
        Ok(study) => study,
        Err(reason) => {
            let active =
                active.map(|active| format!("; {}", under_way(active, &deps.config.stack)));
            return Ok(refused(reason + &active.unwrap_or_default()));
        }
    };
    let is_same = |other: &&Study| {
        let is_of_version = other.dataset == study.dataset
            && other.version == study.version
            && other.pipeline_created == study.pipeline_created;
        other.name == study.name || is_scheduled && is_of_version
    };
    if let Some(same) = studies.iter().find(is_same) {
        return begin::found(deps, same.name.clone(), request.adopt).await;
    }
    if let Some(active) = active {
        return Ok(refused(under_way(active, &deps.config.stack)));
    }
    begin::begin(deps, study, is_scheduled).await
}
