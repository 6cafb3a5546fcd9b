//! An upload that one Lambda has not the time for: a processing job of the classifier's image runs the same check.

mod create;

use anyhow::{Context, Result, bail};
use aws_sdk_sagemaker::types::ProcessingJobStatus as Status;
use contracts::intake::{Intake, IntakeRequest};
use contracts::{keys, names};
use loop_state::{objects, refusal};
use tracing::info;
use uploads::Source;

use crate::Deps;

/// A job that ended without a result and without the program's own reason is started once more.
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
    /// With the reason, and whether it is the program's own, which another attempt would give again.
    Failed {
        reason: String,
        lasting: bool,
    },
}

/// What the upload's job came to; where there is none, it is started.
pub async fn take(deps: &Deps, source: &Source) -> Result<Taken> {
    let dataset = &deps.config.recipe.dataset;
    let receipt = source.receipt();
    let result = keys::intake_result(dataset, &receipt);
    if let Some(found) = objects::read::<Intake>(&deps.bucket, &result).await? {
        return Ok(Taken::Ended(found.value));
    }
    let mut last = String::new();
    for attempt in 1..=MAXIMUM_ATTEMPTS {
        let name = name(deps, &receipt, attempt);
        match look(deps, &name).await? {
            Job::None => {
                create::create(deps, source, &name).await?;
                info!(
                    object.key = source.key,
                    job.name = name,
                    "started a job for the upload"
                );
                return Ok(Taken::Running(name));
            }
            Job::Running => return Ok(Taken::Running(name)),
            Job::Completed => bail!("{name} completed without {result}"),
            Job::Failed {
                reason,
                lasting: true,
            } => return Ok(refused(reason)),
            Job::Failed { reason, .. } => last = format!("{name}: {reason}"),
        }
    }
    Ok(refused(last))
}

fn refused(reason: String) -> Taken {
    Taken::Ended(Intake::Refused { reason })
}

fn name(deps: &Deps, receipt: &str, attempt: u32) -> String {
    let prefix = names::intake_prefix(&deps.config.job.stack);
    format!("{prefix}{receipt}-{attempt}")
}

async fn look(deps: &Deps, name: &str) -> Result<Job> {
    let describe = deps.sagemaker.describe_processing_job();
    let job = match describe.processing_job_name(name).send().await {
        Ok(job) => job,
        Err(error) if refusal::is_missing(&error) => return Ok(Job::None),
        Err(error) => return Err(error).with_context(|| format!("describe {name}")),
    };
    let own = job.exit_message.filter(|reason| !reason.is_empty());
    Ok(match job.processing_job_status {
        Some(Status::Completed) => Job::Completed,
        Some(Status::Stopped) => Job::Failed {
            reason: "the job was stopped".to_owned(),
            lasting: true,
        },
        Some(Status::Failed) => Job::Failed {
            lasting: own.is_some(),
            reason: own.or(job.failure_reason).unwrap_or_default(),
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
    let Some((receipt, _)) = named else {
        return Ok(None);
    };
    let key = keys::intake_request(&deps.config.recipe.dataset, receipt);
    let request = objects::read::<IntakeRequest>(&deps.bucket, &key).await?;
    Ok(request.map(|found| found.value.source_key))
}
