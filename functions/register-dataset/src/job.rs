//! An upload that one Lambda has not the time for: a processing job of the classifier's image runs the same check.

mod create;

use anyhow::{Context, Result, bail};
use aws_sdk_sagemaker::types::ProcessingJobStatus as Status;
use contracts::intake::{Intake, IntakeRequest};
use contracts::schema::Schema;
use contracts::{keys, names};
use loop_state::{objects, refusal};
use tracing::info;
use uploads::Source;

use crate::Deps;

/// A job that failed says nothing about the file, whose faults are results: it is started once more.
const MAXIMUM_ATTEMPTS: u32 = 2;

pub enum Taken {
    /// The job of this name runs.
    Running(String),
    Ended(Intake),
}

enum Job {
    None,
    Running,
    Completed,
    Failed {
        reason: String,
    },
    /// By a person, or at its time limit.
    Stopped {
        reason: String,
    },
}

/// Writes what a job is to do. The first such request stands.
pub async fn ask(deps: &Deps, source: &Source, schema: Option<Schema>) -> Result<()> {
    create::write_request(deps, source, &id(source), schema).await
}

/// What the upload's job came to; where there is none, it is started. Its result counts once the job is over: outputs
/// are uploaded in any order, and the part may be the last.
pub async fn take(deps: &Deps, source: &Source) -> Result<Taken> {
    let id = id(source);
    let mut last = String::new();
    for attempt in 1..=MAXIMUM_ATTEMPTS {
        let name = name(deps, &id, attempt);
        match look(deps, &name).await? {
            Job::None => {
                create::create(deps, &id, &name).await?;
                info!(
                    object.key = source.key,
                    job.name = name,
                    "started a job for the upload"
                );
                return Ok(Taken::Running(name));
            }
            Job::Running => return Ok(Taken::Running(name)),
            Job::Completed => {
                let key = keys::intake_result(&deps.config.recipe.dataset, &id);
                let result = objects::read::<Intake>(&deps.bucket, &key).await?;
                let result = result.with_context(|| format!("{name} completed without {key}"))?;
                return Ok(Taken::Ended(result.value));
            }
            Job::Stopped { reason } => return Ok(Taken::Ended(Intake::Refused { reason })),
            Job::Failed { reason } => last = format!("{name}: {reason}"),
        }
    }
    // No receipt: reconcile tells a person of an upload that stays without one.
    bail!("no job could take the upload in; {last}")
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
    let prefix = names::intake_prefix(&deps.config.job.stack);
    format!("{prefix}{id}-{attempt}")
}

async fn look(deps: &Deps, name: &str) -> Result<Job> {
    let describe = deps.sagemaker.describe_processing_job();
    let job = match describe.processing_job_name(name).send().await {
        Ok(job) => job,
        Err(error) if refusal::is_missing(&error) => return Ok(Job::None),
        Err(error) => return Err(error).with_context(|| format!("describe {name}")),
    };
    let reasons = [job.exit_message, job.failure_reason];
    let reason = reasons
        .into_iter()
        .flatten()
        .find(|reason| !reason.is_empty());
    Ok(match job.processing_job_status {
        Some(Status::Completed) => Job::Completed,
        Some(Status::Stopped) => Job::Stopped {
            reason: reason.unwrap_or_else(|| "the job was stopped".to_owned()),
        },
        Some(Status::Failed) => Job::Failed {
            reason: reason.unwrap_or_default(),
        },
        _ => Job::Running,
    })
}

/// The key of the upload that a job took in; `None` where the job is another's.
pub async fn source_key(deps: &Deps, job: &str) -> Result<Option<String>> {
    let prefix = names::intake_prefix(&deps.config.job.stack);
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
