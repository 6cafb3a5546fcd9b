//! The operations on a tuning job that is there.

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
    let (cloud, region) = (&call.cloud, &call.region);
    cloud.store.read(|tx| {
        let job = TuningJob::find(tx, region, &request.hyper_parameter_tuning_job_name)?;
        Ok(description(cloud, tx, region, &job))
    })
}

/// The answer of DescribeHyperParameterTuningJob.
pub fn description(cloud: &Cloud, tx: &Tx, region: &str, job: &TuningJob) -> Value {
    let trials = trial::all(tx, region, job.name());
    let mut described = described::tuning_job(tx, region, (job, &trials), described::seconds);
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

/// Its best training jobs, the best first, as a pipeline's Tuning step refers to them.
///
/// Source of their number: the SDK's `TuningStep.get_top_model_s3_uri`.
pub fn top_training_jobs(tx: &Tx, region: &str, job: &TuningJob) -> Value {
    const MOST: usize = 50;
    let trials = trial::best_first(
        trial::all(tx, region, job.name()),
        job.request.objective().direction(),
    );
    let summary =
        |trial| described::training_job(tx, region, (&job.request, trial), described::seconds);
    trials.iter().take(MOST).filter_map(summary).collect()
}

/// Its training jobs are stopped by the engine.
pub async fn stop(call: Call, request: NameRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    cloud.store.write(|tx| {
        let job = TuningJob::find(tx, region, &request.hyper_parameter_tuning_job_name)?;
        let status = job.status.name();
        if !request_stop(cloud, tx, region, job) {
            return Err(AwsError::validation(format!(
                "The request was rejected because the hyperparameter tuning job is in status {status}."
            )));
        }
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
