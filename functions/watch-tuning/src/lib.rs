//! Judges what a study has found.
//!
//! When the tuning job has ended, its winner is trained again with other seeds, and so are the present settings: the
//! best of many validation scores was chosen for being high. The means decide whether the winner is better, row by row on
//! the validation rows where the trainings have left their predictions; where it is,
//! start-pipeline trains the dataset version with it, and the gate judges that model as any other.
//!
//! By whichever event it was woken, it looks at the study that is under way and takes the step that is missing. Every
//! change of the record is a compare-and-set.

mod config;
mod deps;
mod idle;
mod outcome;
mod predictions;
mod repeat;
mod repeats;
mod search;

use anyhow::{Result, bail};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::keys;
use contracts::tuning::{Search, Study, StudyState};
use loop_state::objects::{self, Found};
use loop_state::tunings;
use policy::tuning;
use tracing::{info, warn};

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;
use repeats::Repeats;
use search::Searched;

/// A search's end, the repeats' and a lost race or two. Beyond that something flaps, and Lambda's retry is the pause.
const MAXIMUM_STEPS: u32 = 8;

pub async fn handle(deps: &Deps, _: EventBridgeEvent) -> Result<Outcome> {
    for _ in 0..MAXIMUM_STEPS {
        let studies = tunings::all(&deps.bucket).await?;
        // tune-model begins one at a time.
        let active = studies.into_iter().find(|found| found.value.is_active());
        let Some(Found { value: study, etag }) = active else {
            return Ok(Outcome::Idle);
        };
        let next = match &study.state {
            StudyState::Searching => searching(deps, &study).await?,
            StudyState::Repeating { search } => repeating(deps, &study, search).await?,
            StudyState::Ended { .. } | StudyState::Failed { .. } => return Ok(Outcome::Idle),
        };
        let state = match next {
            Next::Wait(outcome) => return Ok(outcome),
            Next::Become(state) => state,
        };
        let key = keys::tuning(&study.name);
        let next = Study { state, ..study };
        if objects::replace(&deps.bucket, &key, &next, &etag).await?
            && let Some(outcome) = ended(next)
        {
            return Ok(outcome);
        }
    }
    bail!("the study still changes after {MAXIMUM_STEPS} steps")
}

#[expect(
    clippy::large_enum_variant,
    reason = "one value at a time, which is moved once"
)]
enum Next {
    Wait(Outcome),
    Become(StudyState),
}

async fn searching(deps: &Deps, study: &Study) -> Result<Next> {
    let name = study.name.clone();
    Ok(match search::look(deps, study).await? {
        Searched::Running => Next::Wait(Outcome::Searching { study: name }),
        Searched::Found(search) => Next::Become(StudyState::Repeating { search }),
        Searched::Failed { reason, search } => Next::Become(StudyState::Failed { reason, search }),
    })
}

async fn repeating(deps: &Deps, study: &Study, search: &Search) -> Result<Next> {
    let seeds = tuning::seeds(&study.present);
    Ok(match repeats::look(deps, study, search, &seeds).await? {
        Repeats::Running { ended, of } => Next::Wait(Outcome::Repeating {
            study: study.name.clone(),
            ended,
            of,
        }),
        Repeats::Failed { reason } => Next::Become(StudyState::Failed {
            reason,
            search: Some(search.clone()),
        }),
        Repeats::Ended {
            winner,
            present,
            rows,
        } => {
            let comparison = tuning::compare(seeds, &winner, &present, &rows, tuning::tried(study));
            let adopted = tuning::is_adopted(study.adopt, comparison.verdict);
            Next::Become(StudyState::Ended {
                search: search.clone(),
                comparison,
                adopted,
            })
        }
    })
}

fn ended(study: Study) -> Option<Outcome> {
    let name = study.name;
    match study.state {
        StudyState::Searching | StudyState::Repeating { .. } => None,
        StudyState::Ended {
            comparison,
            adopted,
            ..
        } => {
            let verdict = comparison.verdict;
            info!(
                study.name = name,
                study.verdict = verdict.words(),
                study.difference = comparison.difference,
                study.adopted = adopted,
                "the study has ended"
            );
            Some(Outcome::Ended {
                study: name,
                verdict,
                adopted,
            })
        }
        StudyState::Failed { reason, .. } => {
            warn!(study.name = name, reason, "the study was given up");
            Some(Outcome::Failed {
                study: name,
                reason,
            })
        }
    }
}
