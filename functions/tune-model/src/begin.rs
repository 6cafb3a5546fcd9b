//! A study's record and its tuning job: both, or neither; of a schedule's refused study, a record that says so.

use anyhow::Result;
use contracts::keys;
use contracts::tuning::{Adopt, Study, StudyState};
use loop_state::{objects, tunings};
use policy::tuning;
use tracing::info;

use crate::Deps;
use crate::outcome::{Outcome, refused, under_way};
use crate::search::{self, Created};

pub async fn begin(deps: &Deps, study: Study, is_scheduled: bool) -> Result<Outcome> {
    if !objects::create(&deps.bucket, &keys::tuning(&study.name), &study).await? {
        // Another invocation was faster, and creates its job.
        return found(deps, study.name, study.adopt).await;
    }
    // Of two invocations that saw no other study, at least the later one sees both records now. The other's job may be
    // there already, so an invocation that sees two records withdraws its own. Where both do, neither study begins.
    let studies = tunings::all(&deps.bucket).await?;
    let mut studies = studies.into_iter().map(|found| found.value);
    if let Some(other) = studies.find(|other| other.is_active() && other.name != study.name) {
        return withdraw(deps, &study, under_way(&other, &deps.config.stack)).await;
    }
    if let Some(outcome) = search(deps, &study).await? {
        if is_scheduled && let Outcome::Refused { reason } = &outcome {
            give_up(deps, study, reason).await?;
        }
        return Ok(outcome);
    }
    info!(
        study.name,
        dataset.version = study.version,
        study.jobs,
        "started the study"
    );
    let study = study.name;
    Ok(Outcome::Started { study })
}

/// Sees to it that the study's tuning job is there. What SageMaker refuses is the outcome.
pub async fn search(deps: &Deps, study: &Study) -> Result<Option<Outcome>> {
    match search::ensure(deps, study).await? {
        Created::Refused { reason } => withdraw(deps, study, reason).await.map(Some),
        Created::Is => {
            record(deps, study).await?;
            Ok(None)
        }
    }
}

/// Puts the record of a study back whose tuning job is there: another invocation may have removed it ([`withdraw`]), or noted the
/// refusal of its own call in it ([`give_up`]).
async fn record(deps: &Deps, study: &Study) -> Result<()> {
    let key = keys::tuning(&study.name);
    if objects::create(&deps.bucket, &key, study).await? {
        return Ok(());
    }
    let found = objects::read::<Study>(&deps.bucket, &key).await?;
    if let Some(found) = found
        && matches!(found.value.state, StudyState::Failed { search: None, .. })
    {
        // Where the compare-and-set fails, watch-tuning has carried the study on.
        objects::replace(&deps.bucket, &key, study, &found.etag).await?;
    }
    Ok(())
}

/// Removes the record of a study that has no tuning job. Another invocation may create the job at the same time: it
/// writes the record after the job, and this one looks for the job after the removal, so one of them puts the record
/// back.
async fn withdraw(deps: &Deps, study: &Study, reason: String) -> Result<Outcome> {
    let key = keys::tuning(&study.name);
    if !search::is_there(deps, study).await? {
        objects::delete(&deps.bucket, &key).await?;
        if !search::is_there(deps, study).await? {
            return Ok(refused(reason));
        }
        objects::create(&deps.bucket, &key, study).await?;
    }
    let study = study.name.clone();
    Ok(Outcome::Found { study })
}

/// A schedule has nobody who reads its answer: the record tells, as that of a study that failed.
async fn give_up(deps: &Deps, study: Study, reason: &str) -> Result<()> {
    let state = StudyState::Failed {
        reason: reason.to_owned(),
        search: None,
    };
    let study = Study { state, ..study };
    objects::create(&deps.bucket, &keys::tuning(&study.name), &study).await?;
    Ok(())
}

/// A study that was asked for before. That its winner is adopted in any case may be asked for later.
pub async fn found(deps: &Deps, study: String, adopt: Adopt) -> Result<Outcome> {
    if adopt == Adopt::Always {
        adopt_always(deps, &study).await?;
    }
    Ok(Outcome::Found { study })
}

async fn adopt_always(deps: &Deps, study: &str) -> Result<()> {
    let key = keys::tuning(study);
    loop {
        let Some(found) = objects::read::<Study>(&deps.bucket, &key).await? else {
            return Ok(());
        };
        let Some(next) = tuning::adopted(&found.value) else {
            return Ok(());
        };
        // Where the compare-and-set fails, watch-tuning has carried the study on.
        if objects::replace(&deps.bucket, &key, &next, &found.etag).await? {
            info!(study.name = study, "its winner is adopted in any case");
            return Ok(());
        }
    }
}
