//! Training jobs: the API, the state, and what its events say.

mod event;
mod request;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::status::JobStatus;
use super::{metrics, requests};
use crate::containers::process;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names;
use local_core::store::{Table, Tx};
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

pub use request::{CreateRequest, MetricDefinition};

pub const TRAINING_JOBS: Table<TrainingJob> = Table::new("sagemaker/training-job");
/// The jobs that a runner still has to look at.
pub const ACTIVE: Table<()> = Table::new("sagemaker/active-training-job");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrainingJob {
    pub arn: String,
    pub status: JobStatus,
    pub request: CreateRequest,
    created: Timestamp,
    modified: Timestamp,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub failure_reason: Option<String>,
    pub final_metrics: Vec<Metric>,
    transitions: Vec<Transition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecondaryStatus {
    Starting,
    Downloading,
    Training,
    Uploading,
    Stopping,
    Stopped,
    MaxRuntimeExceeded,
    Completed,
    Failed,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Transition {
    status: SecondaryStatus,
    start: Timestamp,
    end: Option<Timestamp>,
    message: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    pub name: String,
    pub value: f64,
    pub at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    training_job_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let job = make(&call.cloud, tx, &call.region, request)?;
        Ok(json!({ "TrainingJobArn": job.arn }))
    })
}

/// What CreateTrainingJob does, also for a pipeline's step.
pub fn make(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    request: CreateRequest,
) -> Result<TrainingJob, AwsError> {
    let name = request.training_job_name.clone();
    names::check("TrainingJobName", &name, 63)?;
    request.check()?;
    let arn = cloud.arn("sagemaker", region, &format!("training-job/{name}"));
    requests::refuse_taken(get(tx, region, &name).is_some(), &arn)?;
    let now = Timestamp::now(&cloud.world);
    let mut job = TrainingJob {
        arn,
        status: JobStatus::InProgress,
        request,
        created: now,
        modified: now,
        started: None,
        ended: None,
        failure_reason: None,
        final_metrics: Vec::new(),
        transitions: Vec::new(),
    };
    job.enter(SecondaryStatus::Starting, now);
    tags::create(tx, &job.arn, &job.request.tags);
    put(cloud, tx, region, job.clone());
    Ok(job)
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let name = &request.training_job_name;
    let mut job = call
        .cloud
        .store
        .read(|tx| existing(tx, &call.region, name))?;
    if !job.status.is_final() {
        // As on AWS: the last values of a job that runs are those so far.
        let definitions = &job.request.algorithm_specification.metric_definitions;
        let log = process::log_path(&call.cloud, name);
        job.final_metrics =
            metrics::last_values(definitions, &log, Timestamp::now(&call.cloud.world));
    }
    Ok(described(&job))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let jobs = call
        .cloud
        .store
        .read(|tx| TRAINING_JOBS.list(tx, &call.region));
    let listed = jobs.into_iter().map(|(name, job)| Listed {
        summary: json!({
            "TrainingJobName": name,
            "TrainingJobArn": job.arn,
            "CreationTime": job.created.seconds(),
            "TrainingEndTime": job.ended.map(Timestamp::seconds),
            "LastModifiedTime": job.modified.seconds(),
            "TrainingJobStatus": job.status,
            "SecondaryStatus": job.secondary_status(),
        }),
        name,
        created: job.created,
        modified: job.modified,
        status: job.status.name(),
    });
    let page = page(listed.collect(), &request, SortOrder::Descending)?;
    Ok(json!({ "TrainingJobSummaries": page.summaries, "NextToken": page.next_token }))
}

pub async fn stop(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let name = &request.training_job_name;
        existing(tx, &call.region, name)?;
        if !request_stop(&call.cloud, tx, &call.region, name) {
            return Err(AwsError::validation(
                "The request was rejected because the training job is in a final state.",
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
    job.enter(SecondaryStatus::Stopping, Timestamp::now(&cloud.world));
    put(cloud, tx, region, job);
    true
}

pub fn get(tx: &Tx, region: &str, name: &str) -> Option<TrainingJob> {
    TRAINING_JOBS.get(tx, region, name)
}

/// Stores a job and tells the bus; a job that ended leaves the runner's list.
pub fn put(cloud: &Cloud, tx: &Tx, region: &str, mut job: TrainingJob) {
    let name = job.request.training_job_name.clone();
    job.modified = Timestamp::now(&cloud.world);
    if job.status.is_final() {
        ACTIVE.delete(tx, region, &name);
    } else {
        ACTIVE.put(tx, region, &name, &());
    }
    TRAINING_JOBS.put(tx, region, &name, &job);
    tx.emit(&event::changed(cloud, tx, region, &job));
}

/// What DescribeTrainingJob answers, also what `Steps.X` refers to.
pub fn described(job: &TrainingJob) -> Value {
    let mut described = job.request.described();
    let training_seconds = job.started.zip(job.ended).map(|(start, end)| {
        // Whole seconds, each begun one counted as AWS bills it: the service's model knows no time of none.
        end.seconds_since(start).ceil().max(1.0)
    });
    let more = json!({
        "TrainingJobArn": job.arn,
        "ModelArtifacts": { "S3ModelArtifacts": job.request.model_artifacts() },
        "TrainingJobStatus": job.status,
        "SecondaryStatus": job.secondary_status(),
        "FailureReason": job.failure_reason,
        "CreationTime": job.created.seconds(),
        "TrainingStartTime": job.started.map(Timestamp::seconds),
        "TrainingEndTime": job.ended.map(Timestamp::seconds),
        "LastModifiedTime": job.modified.seconds(),
        "SecondaryStatusTransitions": job.transitions(Timestamp::seconds),
        "FinalMetricDataList": job.final_metrics.iter().map(|metric| json!({
            "MetricName": metric.name,
            "Value": metric.value,
            "Timestamp": metric.at.seconds(),
        })).collect::<Vec<_>>(),
        "EnableNetworkIsolation": false,
        "EnableInterContainerTrafficEncryption": false,
        "EnableManagedSpotTraining": false,
        "ProfilingStatus": "Disabled",
    });
    for (member, value) in more.as_object().into_iter().flatten() {
        described[member] = value.clone();
    }
    if let Some(seconds) = training_seconds {
        let seconds = seconds as i64;
        described["TrainingTimeInSeconds"] = seconds.into();
        described["BillableTimeInSeconds"] = seconds.into();
    }
    described
}

impl TrainingJob {
    pub fn secondary_status(&self) -> SecondaryStatus {
        self.transitions
            .last()
            .map_or(SecondaryStatus::Starting, |transition| transition.status)
    }

    /// Stopped by its own `MaxRuntimeInSeconds`, not by a call.
    pub fn ran_too_long(&self) -> bool {
        self.status.is_final() && self.secondary_status() == SecondaryStatus::MaxRuntimeExceeded
    }

    /// Moves to the next secondary status; a second call with the same one changes nothing.
    pub fn enter(&mut self, status: SecondaryStatus, now: Timestamp) {
        if let Some(last) = self.transitions.last_mut() {
            if last.status == status {
                return;
            }
            last.end = Some(now);
        }
        self.transitions.push(Transition {
            status,
            start: now,
            end: None,
            message: status.message().to_owned(),
        });
    }

    /// Closes the last transition when the job has ended.
    pub fn close(&mut self, now: Timestamp) {
        self.ended = Some(now);
        if let Some(last) = self.transitions.last_mut() {
            last.end = Some(now);
        }
    }

    fn transitions<T: Serialize>(&self, spell: fn(Timestamp) -> T) -> Vec<Value> {
        self.transitions
            .iter()
            .map(|transition| {
                json!({
                    "Status": transition.status,
                    "StartTime": spell(transition.start),
                    "EndTime": transition.end.map(spell),
                    "StatusMessage": transition.message,
                })
            })
            .collect()
    }
}

impl SecondaryStatus {
    fn message(self) -> &'static str {
        match self {
            SecondaryStatus::Starting => "Preparing the folder of the training job",
            SecondaryStatus::Downloading => "Downloading input data",
            SecondaryStatus::Training => "Training image started. Training in progress.",
            SecondaryStatus::Uploading => "Uploading generated training model",
            SecondaryStatus::Stopping => "Stopping the training job",
            SecondaryStatus::Stopped => "Training job stopped",
            SecondaryStatus::MaxRuntimeExceeded => {
                "Training job runtime exceeded MaxRuntimeInSeconds"
            }
            SecondaryStatus::Completed => "Training job completed",
            SecondaryStatus::Failed => "Training job failed",
        }
    }
}

fn existing(tx: &Tx, region: &str, name: &str) -> Result<TrainingJob, AwsError> {
    get(tx, region, name)
        .ok_or_else(|| AwsError::new(400, "ResourceNotFound", "Requested resource not found."))
}
