//! The operations on a tuning job that is there.

use local_core::Call;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply, extend};
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
    let spell = |time: Timestamp| time.seconds().into();
    call.cloud.store.read(|tx| {
        let job = TuningJob::find(tx, &call.region, name)?;
        let trials = trial::all(tx, &call.region, name);
        let mut described = described::tuning_job(tx, &call.region, (&job, &trials), spell);
        let until = job.ended.unwrap_or(Timestamp::now(&call.cloud.world));
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
        Ok(described)
    })
}

/// Its training jobs are stopped by the engine.
pub async fn stop(call: Call, request: NameRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    cloud.store.write(|tx| {
        let mut job = TuningJob::find(tx, region, &request.hyper_parameter_tuning_job_name)?;
        if job.status.is_final() {
            return Err(AwsError::validation(format!(
                "The request was rejected because the hyperparameter tuning job is in status {}.",
                job.status.name()
            )));
        }
        if job.status == JobStatus::InProgress {
            job.ending = Some(Ending::STOPPED);
            job.enter(cloud, JobStatus::Stopping);
            turn((cloud, tx), region, &job);
        }
        Ok(Value::Null)
    })
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
