//! The operations on a tuning job that is there.

use std::cmp::Ordering;

use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply, extend};
use local_core::{Call, Cloud};
use local_sagemaker::jobs::status::JobStatus;
use serde::Deserialize;
use serde_json::{Value, json};

use super::course;
use super::described;
use super::event::turn;
use super::job::{Ending, JOBS, TuningJob};
use super::trial::{self, TRIALS};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    hyper_parameter_tuning_job_name: String,
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let name = &request.hyper_parameter_tuning_job_name;
    let cloud = &call.cloud;
    cloud.store.read(|tx| {
        let job = TuningJob::find(tx, &call.region, name)?;
        Ok(described(cloud, tx, &call.region, &job))
    })
}

/// The answer of DescribeHyperParameterTuningJob.
pub fn described(cloud: &Cloud, tx: &Tx, region: &str, job: &TuningJob) -> Value {
    let spell = |time: Timestamp| time.seconds().into();
    let trials = trial::all(tx, region, job.name());
    let mut described = described::tuning_job(tx, region, (job, &trials), spell);
    let until = job.ended.unwrap_or(Timestamp::now(&cloud.world));
    // Whole seconds.
    let seconds = until.seconds_since(job.created) as u64;
    let not_improving = course::not_improving(&trials, job.request.objective());
    let more = json!({
        "TuningJobCompletionDetails": {
            "NumberOfTrainingJobsObjectiveNotImproving": not_improving,
        },
        "ConsumedResources": { "RuntimeInSeconds": seconds },
    });
    extend(&mut described, more);
    described
}

/// The same with its training jobs, the best first: what a pipeline's Tuning step has of it.
pub fn with_training_jobs(cloud: &Cloud, tx: &Tx, region: &str, job: &TuningJob) -> Value {
    let spell = |time: Timestamp| time.seconds().into();
    let mut trials = trial::all(tx, region, job.name());
    let objective = job.request.objective();
    trials.sort_by(|a, b| match (a.objective(), b.objective()) {
        (Some(a), Some(b)) if objective.is_better(a, b) => Ordering::Less,
        (Some(a), Some(b)) if objective.is_better(b, a) => Ordering::Greater,
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    let summary = |trial| described::training_job(tx, region, (&job.request, trial), spell);
    let summaries: Vec<_> = trials.iter().filter_map(summary).collect();
    let mut described = described(cloud, tx, region, job);
    extend(&mut described, json!({ "TrainingJobSummaries": summaries }));
    described
}

/// Its training jobs are stopped by the engine.
pub async fn stop(call: Call, request: NameRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    cloud.store.write(|tx| {
        let job = TuningJob::find(tx, region, &request.hyper_parameter_tuning_job_name)?;
        if job.status.is_final() {
            return Err(AwsError::validation(format!(
                "The request was rejected because the hyperparameter tuning job is in status {}.",
                job.status.name()
            )));
        }
        request_stop(cloud, tx, region, job);
        Ok(Value::Null)
    })
}

/// Asks a tuning job to end; false where it has.
pub fn request_stop(cloud: &Cloud, tx: &Tx, region: &str, mut job: TuningJob) -> bool {
    if job.status == JobStatus::InProgress {
        job.ending = Some(Ending::STOPPED);
        job.enter(cloud, JobStatus::Stopping);
        turn((cloud, tx), region, &job);
    }
    !job.status.is_final()
}

/// The training jobs and what they made stay, as on AWS.
pub async fn delete(call: Call, request: NameRequest) -> Reply {
    let region = &call.region;
    call.cloud.store.write(|tx| {
        let job = TuningJob::find(tx, region, &request.hyper_parameter_tuning_job_name)?;
        if !job.status.is_final() {
            return Err(AwsError::validation(format!(
                "The request was rejected because the hyperparameter tuning job is in status {}.",
                job.status.name()
            )));
        }
        TRIALS.delete_all(tx, &trial::scope(region, job.name()));
        tags::remove(tx, &job.arn);
        JOBS.delete(tx, region, job.name());
        Ok(Value::Null)
    })
}
