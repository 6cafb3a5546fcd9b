//! The job of a step, of whichever kind it is.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::context::Context;
use super::execution::StepResult;
use local_core::Cloud;
use local_core::wire::{AwsError, constraints};
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, Job, JobKind, Processing, Training};
use local_tuning::TuningJob;

/// As in the operations' names.
const TUNING: &str = "HyperParameterTuning";

/// A job as its step sees it.
pub enum Outcome {
    Running,
    Completed,
    Failed(String),
    Stopped,
}

/// The state of the job of a step that has not ended.
pub fn outcome(context: &Context, result: &StepResult) -> Outcome {
    if let Err(denial) = may(context, "Describe", result) {
        return Outcome::Failed(format!("ClientError: {}", denial.message));
    }
    match result {
        StepResult::ProcessingJob { name, .. } => of_job(get::<Processing>(context, name)),
        StepResult::TrainingJob { name, .. } => {
            let job = get::<Training>(context, name);
            if job.as_ref().is_some_and(Job::ran_too_long) {
                let reason = "ClientError: the training job exceeded MaxRuntimeInSeconds";
                return Outcome::Failed(reason.to_owned());
            }
            of_job(job)
        }
        StepResult::TuningJob { name, .. } => {
            let job = TuningJob::find(context.tx, context.region, name).ok();
            of_status(job.map(|job| (job.status, job.failure_reason)))
        }
        _ => Outcome::Completed,
    }
}

/// Whether the pipeline's role may do this with the step's job.
fn may(context: &Context, verb: &str, result: &StepResult) -> Result<(), AwsError> {
    let (kind, name) = match result {
        StepResult::ProcessingJob { name, .. } => (Processing::NAME, name),
        StepResult::TrainingJob { name, .. } => (Training::NAME, name),
        StepResult::TuningJob { name, .. } => (TUNING, name),
        _ => return Ok(()),
    };
    context.may(&format!("{verb}{kind}Job"), &members(kind, name))
}

fn members(kind: &str, name: &str) -> Value {
    json!({ format!("{kind}JobName"): name })
}

/// Asks the step's job to end; false where none runs, and the denial where the pipeline's role may not.
pub fn stop(context: &Context, result: &StepResult) -> Result<bool, AwsError> {
    may(context, "Stop", result)?;
    let Context {
        cloud, tx, region, ..
    } = *context;
    Ok(match result {
        StepResult::ProcessingJob { name, .. } => {
            jobs::request_stop::<Processing>(cloud, tx, region, name)
        }
        StepResult::TrainingJob { name, .. } => {
            jobs::request_stop::<Training>(cloud, tx, region, name)
        }
        StepResult::TuningJob { name, .. } => TuningJob::find(tx, region, name)
            .is_ok_and(|job| local_tuning::request_stop(cloud, tx, region, job)),
        _ => false,
    })
}

/// The answer of Describe for the job; `None` where the step has none.
pub fn described(context: &Context, result: &StepResult) -> Option<Value> {
    may(context, "Describe", result).ok()?;
    match result {
        StepResult::ProcessingJob { name, .. } => {
            get::<Processing>(context, name).map(|job| jobs::described(&job))
        }
        StepResult::TrainingJob { name, .. } => {
            get::<Training>(context, name).map(|job| jobs::described(&job))
        }
        StepResult::TuningJob { name, .. } => {
            let Context {
                cloud, tx, region, ..
            } = *context;
            let job = TuningJob::find(tx, region, name).ok()?;
            let mut described = local_tuning::description(cloud, tx, region, &job);
            let list = format!("ListTrainingJobsFor{TUNING}Job");
            if context.may(&list, &members(TUNING, name)).is_ok() {
                let jobs = local_tuning::top_training_jobs(tx, region, &job);
                described["TrainingJobSummaries"] = jobs;
            }
            Some(described)
        }
        _ => None,
    }
}

/// Makes a job of a step's arguments, as Create would; its ARN.
pub fn create<K: JobKind>(
    context: &Context,
    name: &str,
    arguments: Value,
) -> Result<String, AwsError> {
    let request = permitted(context, K::NAME, name, arguments)?;
    let job = jobs::put_new::<K>(context.cloud, context.tx, context.region, request)?;
    Ok(job.state.arn)
}

/// The same for a tuning job.
pub fn create_tuning(context: &Context, name: &str, arguments: Value) -> Result<String, AwsError> {
    let request = local_tuning::checked(permitted(context, TUNING, name, arguments)?)?;
    local_tuning::put_new(context.cloud, context.tx, context.region, request)
}

/// The request for a job of this kind, where the pipeline's role may make it.
fn permitted<T: DeserializeOwned>(
    context: &Context,
    kind: &str,
    name: &str,
    mut arguments: Value,
) -> Result<T, AwsError> {
    arguments[format!("{kind}JobName")] = name.into();
    let operation = format!("Create{kind}Job");
    context.may_make(&operation, &arguments)?;
    request(context.cloud, &operation, arguments)
}

/// The request that a step's arguments make, held against the operation's constraints.
pub fn request<T: DeserializeOwned>(
    cloud: &Cloud,
    operation: &str,
    arguments: Value,
) -> Result<T, AwsError> {
    constraints::check(cloud, operation, &arguments)?;
    serde_json::from_value(arguments)
        .map_err(|error| AwsError::validation(format!("the step's arguments: {error}")))
}

fn get<K: JobKind>(context: &Context, name: &str) -> Option<Job<K>> {
    jobs::get(context.tx, context.region, name)
}

fn of_job<K: JobKind>(job: Option<Job<K>>) -> Outcome {
    of_status(job.map(|job| (job.state.status, job.state.failure_reason)))
}

/// Of a job's status and failure reason.
fn of_status(job: Option<(JobStatus, Option<String>)>) -> Outcome {
    let Some((status, reason)) = job else {
        return Outcome::Failed("InternalServerError: the step's job is gone".to_owned());
    };
    match status {
        JobStatus::InProgress | JobStatus::Stopping => Outcome::Running,
        JobStatus::Completed => Outcome::Completed,
        JobStatus::Stopped => Outcome::Stopped,
        JobStatus::Failed => Outcome::Failed(reason.unwrap_or_default()),
    }
}
