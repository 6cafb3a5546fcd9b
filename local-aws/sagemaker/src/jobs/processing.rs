//! Processing jobs: the API, the state, and what its events say.

mod event;
mod request;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::requests;
use super::status::JobStatus;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names;
use local_core::store::{Table, Tx};
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

pub use request::{Compression, CreateRequest, Distribution, FileMode};

pub const PROCESSING_JOBS: Table<ProcessingJob> = Table::new("sagemaker/processing-job");
/// The jobs that a runner still has to look at: a row for each, so that it need not read all.
pub const ACTIVE: Table<()> = Table::new("sagemaker/active-processing-job");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessingJob {
    pub arn: String,
    pub status: JobStatus,
    pub request: CreateRequest,
    created: Timestamp,
    modified: Timestamp,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub exit_message: Option<String>,
    pub failure_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    processing_job_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let job = make(&call.cloud, tx, &call.region, request)?;
        Ok(json!({ "ProcessingJobArn": job.arn }))
    })
}

/// What CreateProcessingJob does, also for a pipeline's step.
pub fn make(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    request: CreateRequest,
) -> Result<ProcessingJob, AwsError> {
    let name = request.processing_job_name.clone();
    names::check("ProcessingJobName", &name, 63)?;
    request.check()?;
    let arn = cloud.arn("sagemaker", region, &format!("processing-job/{name}"));
    requests::refuse_taken(get(tx, region, &name).is_some(), &arn)?;
    let now = Timestamp::now(&cloud.world);
    let job = ProcessingJob {
        arn,
        status: JobStatus::InProgress,
        request,
        created: now,
        modified: now,
        started: None,
        ended: None,
        exit_message: None,
        failure_reason: None,
    };
    tags::create(tx, &job.arn, &job.request.tags);
    put(cloud, tx, region, job.clone());
    Ok(job)
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let name = &request.processing_job_name;
    let job = call
        .cloud
        .store
        .read(|tx| existing(tx, &call.region, name))?;
    Ok(described(&job))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let jobs = call
        .cloud
        .store
        .read(|tx| PROCESSING_JOBS.list(tx, &call.region));
    let listed = jobs.into_iter().map(|(name, job)| Listed {
        summary: json!({
            "ProcessingJobName": name,
            "ProcessingJobArn": job.arn,
            "CreationTime": job.created.seconds(),
            "ProcessingEndTime": job.ended.map(Timestamp::seconds),
            "LastModifiedTime": job.modified.seconds(),
            "ProcessingJobStatus": job.status,
            "FailureReason": job.failure_reason,
            "ExitMessage": job.exit_message,
        }),
        name,
        created: job.created,
        modified: job.modified,
        status: job.status.name(),
    });
    let page = page(listed.collect(), &request, SortOrder::Ascending)?;
    Ok(json!({ "ProcessingJobSummaries": page.summaries, "NextToken": page.next_token }))
}

pub async fn stop(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let name = &request.processing_job_name;
        existing(tx, &call.region, name)?;
        if !request_stop(&call.cloud, tx, &call.region, name) {
            return Err(AwsError::validation(
                "The request was rejected because the processing job is in a final state.",
            ));
        }
        Ok(Value::Null)
    })
}

/// Asks a running job to end; whether there was one.
pub fn request_stop(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> bool {
    let Some(mut job) = get(tx, region, name).filter(|job| !job.status.is_final()) else {
        return false;
    };
    job.status = JobStatus::Stopping;
    put(cloud, tx, region, job);
    true
}

pub fn get(tx: &Tx, region: &str, name: &str) -> Option<ProcessingJob> {
    PROCESSING_JOBS.get(tx, region, name)
}

/// Stores a job and tells the bus; a job that ended leaves the runner's list.
pub fn put(cloud: &Cloud, tx: &Tx, region: &str, mut job: ProcessingJob) {
    let name = job.request.processing_job_name.clone();
    job.modified = Timestamp::now(&cloud.world);
    if job.status.is_final() {
        ACTIVE.delete(tx, region, &name);
    } else {
        ACTIVE.put(tx, region, &name, &());
    }
    PROCESSING_JOBS.put(tx, region, &name, &job);
    tx.emit(&event::changed(cloud, tx, region, &job));
}

/// What DescribeProcessingJob answers, also what `Steps.X` refers to.
pub fn described(job: &ProcessingJob) -> Value {
    let mut described = job.request.described();
    let more = json!({
        "ProcessingJobArn": job.arn,
        "ProcessingJobStatus": job.status,
        "ExitMessage": job.exit_message,
        "FailureReason": job.failure_reason,
        "ProcessingEndTime": job.ended.map(Timestamp::seconds),
        "ProcessingStartTime": job.started.map(Timestamp::seconds),
        "LastModifiedTime": job.modified.seconds(),
        "CreationTime": job.created.seconds(),
    });
    for (member, value) in more.as_object().into_iter().flatten() {
        described[member] = value.clone();
    }
    described
}

fn existing(tx: &Tx, region: &str, name: &str) -> Result<ProcessingJob, AwsError> {
    get(tx, region, name)
        .ok_or_else(|| AwsError::new(400, "ResourceNotFound", "Requested resource not found."))
}
