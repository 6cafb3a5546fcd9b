//! The operations on an AutoML job that is there.

use local_core::Call;
use local_core::wire::{AwsError, Reply};
use local_sagemaker::jobs::status::JobStatus;
use serde::Deserialize;
use serde_json::Value;

use super::described;
use super::job::{AutoMlJob, Ending, Secondary};
use super::seen::Seen;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    #[serde(rename = "AutoMLJobName")]
    name: String,
}

/// Source of what is refused: the API reference, "DescribeAutoMLJob".
pub async fn describe_first(call: Call, request: NameRequest) -> Reply {
    let seen = seen(&call, &request.name)?;
    if !seen.job.is_of_first_version {
        return Err(AwsError::validation(format!(
            "The AutoML job {} was created by CreateAutoMLJobV2: DescribeAutoMLJobV2 describes it",
            request.name
        )));
    }
    Ok(described::of_first_version(
        &call.cloud,
        &call.region,
        &seen,
    ))
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let seen = seen(&call, &request.name)?;
    Ok(described::of_second_version(
        &call.cloud,
        &call.region,
        &seen,
    ))
}

fn seen(call: &Call, name: &str) -> Result<Seen, AwsError> {
    let region = &call.region;
    call.cloud.store.read(|tx| {
        let job = AutoMlJob::find(tx, region, name)?;
        Ok(Seen::with(tx, region, job))
    })
}

/// Its jobs are stopped by the engine.
pub async fn stop(call: Call, request: NameRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    cloud.store.write(|tx| {
        let mut job = AutoMlJob::find(tx, region, &request.name)?;
        if job.status.is_final() {
            return Err(AwsError::validation(format!(
                "The request was rejected because the AutoML job is in status {}.",
                job.status.name()
            )));
        }
        if job.status == JobStatus::InProgress {
            job.ending = Some(Ending::STOPPED);
            job.enter(cloud, JobStatus::Stopping, Secondary::Stopping);
            job.put(tx, region);
        }
        Ok(Value::Null)
    })
}
