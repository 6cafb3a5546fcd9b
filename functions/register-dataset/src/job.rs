//! An upload that one Lambda has not the time for: a processing job of the classifier's image runs the same check.

mod create;

use anyhow::{Context, Result, ensure};
use contracts::intake::{Intake, IntakeRequest};
use contracts::run::FailureClass;
use contracts::schema::Schema;
use contracts::{keys, names};
use loop_state::objects;
use loop_state::processing::{self, Status};
use policy::failure;
use tracing::info;
use uploads::Source;

use crate::Deps;

/// A job that failed or was stopped says nothing about the file, whose faults are results: it is started once more.
const MAXIMUM_ATTEMPTS: u32 = 2;

pub enum Taken {
    /// The job of this name runs.
    Running(String),
    Ended(Intake),
}

/// Writes what a job is to do. The first such request stands.
pub async fn ask(deps: &Deps, source: &Source, schema: Option<Schema>) -> Result<()> {
    create::write_request(deps, source, &id(source), schema).await
}

/// What the upload's job came to; where there is none, it is started. Its result counts once the job is over: outputs
/// are uploaded in any order, and the part may be the last.
pub async fn take(deps: &Deps, source: &Source) -> Result<Taken> {
    let id = id(source);
    let (mut last, mut is_transient) = (String::new(), false);
    for attempt in 1..=MAXIMUM_ATTEMPTS {
        let name = name(deps, &id, attempt);
        match processing::status(&deps.sagemaker, &name).await? {
            Status::None => {
                create::create(deps, &id, &name).await?;
                info!(
                    object.key = source.key,
                    job.name = name,
                    "started a job for the upload"
                );
                return Ok(Taken::Running(name));
            }
            Status::Running => return Ok(Taken::Running(name)),
            Status::Completed => {
                let key = keys::intake_result(&deps.config.recipe.dataset, &id);
                let result = objects::read::<Intake>(&deps.bucket, &key).await?;
                let result = result.with_context(|| format!("{name} completed without {key}"))?;
                return Ok(Taken::Ended(result.value));
            }
            // It took longer than it may, and would again.
            Status::Stopped {
                reason: Some(reason),
            } => return Ok(Taken::Ended(Intake::Refused { reason })),
            Status::Stopped { reason: None } => last = format!("{name} was stopped"),
            Status::Failed { reason } => {
                is_transient = failure::class("Failed", &reason) == FailureClass::Transient;
                last = format!("{name} failed: {reason}");
            }
        }
    }
    // A person is told of the upload after a day.
    ensure!(!is_transient, "{last}");
    // Uploaded again, it is another upload, with jobs of its own.
    let reason = format!("no job could take it in, upload it again ({last})");
    Ok(Taken::Ended(Intake::Refused { reason }))
}

/// Whether a job was asked to take the upload in: a packed file shows only while it is read that it is too large, and
/// is not read once more at each look.
pub async fn is_asked(deps: &Deps, source: &Source) -> Result<bool> {
    let key = keys::intake_request(&deps.config.recipe.dataset, &id(source));
    objects::exists(&deps.bucket, &key).await
}

/// A stack's name has at most 35 characters, a job's 63.
const ID_CHARACTERS: usize = 18;

/// The beginning of the upload's receipt: 90 bits.
fn id(source: &Source) -> String {
    source.receipt().chars().take(ID_CHARACTERS).collect()
}

fn name(deps: &Deps, id: &str, attempt: u32) -> String {
    let prefix = names::intake_prefix(&deps.config.job.processing.stack);
    format!("{prefix}{id}-{attempt}")
}

/// The key of the upload that a job took in; `None` where the job is another's.
pub async fn source_key(deps: &Deps, job: &str) -> Result<Option<String>> {
    let prefix = names::intake_prefix(&deps.config.job.processing.stack);
    let named = job
        .strip_prefix(&prefix)
        .and_then(|rest| rest.rsplit_once('-'));
    let Some((id, _)) = named else {
        return Ok(None);
    };
    let key = keys::intake_request(&deps.config.recipe.dataset, id);
    let request = objects::read::<IntakeRequest>(&deps.bucket, &key).await?;
    Ok(request.map(|found| found.value.source_key))
}
