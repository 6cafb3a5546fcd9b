//! SageMaker jobs: training and processing as child processes under the container contract.
//!
//! A job has one folder per attempt, in place of `/opt/ml`. The state alone says which jobs run:
//! after a kill the runner finds them in progress and starts them again from their beginning.

pub(crate) mod container;
pub(crate) mod folder;
pub(crate) mod orphans;
pub(crate) mod processing;
pub(crate) mod status;
pub(crate) mod training;

mod inputs;
mod metrics;
pub(crate) mod objects;
mod outputs;
pub(crate) mod process;
mod run_processing;
mod run_training;
mod runner;

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::operation;
use crate::store::{Store, Tx};
use crate::wire::{AwsError, Operation};
use status::JobStatus;

pub fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateProcessingJob", "boto3", processing::create),
        operation!(
            "DescribeProcessingJob",
            "watch-pipeline, boto3",
            processing::describe
        ),
        operation!("ListProcessingJobs", "boto3", processing::list),
        operation!("StopProcessingJob", "boto3", processing::stop),
        operation!("CreateTrainingJob", "boto3", training::create),
        operation!(
            "DescribeTrainingJob",
            "watch-pipeline, reviewloop",
            training::describe
        ),
        operation!("ListTrainingJobs", "boto3", training::list),
        operation!("StopTrainingJob", "boto3", training::stop),
    ]
}

/// Names of the training jobs that are in progress.
pub fn in_training(cloud: &Cloud) -> Vec<String> {
    let active = |tx: &Tx| tx.list_everywhere::<()>(training::ACTIVE);
    let active = cloud.store.read(active).into_iter();
    active.map(|(_, name, ())| name).collect()
}

/// Runs the jobs that the state says are in progress.
pub async fn run(cloud: Arc<Cloud>) {
    runner::run(cloud).await;
}

/// Job names are used once per account and region.
fn refuse_taken(taken: bool, arn: &str) -> Result<(), AwsError> {
    if !taken {
        return Ok(());
    }
    Err(AwsError::new(
        400,
        "ResourceInUse",
        format!(
            "Job name must be unique within an AWS account and region, and a job with this name \
             already exists ({arn})"
        ),
    ))
}

/// A create request as Describe repeats it: without tags, nulls and empty lists.
fn described_request(request: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(request).expect("a request is plain data");
    if let Value::Object(members) = &mut value {
        members.remove("Tags");
        members.retain(|_, member| !is_empty(member));
        members.values_mut().for_each(drop_empty);
    }
    value
}

fn drop_empty(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(drop_empty);
            members.retain(|_, member| !is_empty(member));
        }
        Value::Array(items) => items.iter_mut().for_each(drop_empty),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Completes when a job was asked to stop, or is not there any more.
async fn stopped(store: &Store, status: impl Fn(&Tx) -> Option<JobStatus>) {
    let mut changes = store.changes();
    while store.read(&status) == Some(JobStatus::InProgress) {
        if changes.changed().await.is_err() {
            // The cloud is gone, and its tasks with it.
            std::future::pending::<()>().await;
        }
    }
}

/// Runs file work beside the tasks that must not wait for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(format!("InternalServerError: {error}")))
}

/// What a job's process writes to its streams.
pub fn log_path(cloud: &Cloud, name: &str) -> PathBuf {
    cloud
        .store
        .folder()
        .join("logs")
        .join(format!("{name}.log"))
}

/// A job's folder is scratch: what counts has been uploaded.
fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, folder = %folder.display(), "a job's folder could not be removed");
    }
}

/// As a shell says it: 128 and the signal for a process that was killed.
fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(-1)
}
