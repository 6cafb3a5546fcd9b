//! SageMaker jobs: training and processing as programs under the container contract.
//!
//! A job has one folder per attempt, in place of `/opt/ml`. The state alone says which jobs run:
//! after a kill the runner finds them in progress and starts them again from their beginning,
//! with the checkpoints that S3 has of them.
//! `kind` says what a kind of job is; everything else is written once for all of them.

pub mod runner;
pub mod status;

mod checkpoints;
mod event;
mod kind;
mod metrics;
mod operations;
mod processing;
mod requests;
mod rows;
mod run;
mod training;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use local_core::Cloud;
use local_core::operation;
use local_core::wire::Operation;
use operations::{create, describe, list, stop};
use training::request::MetricDefinition;

pub use kind::{Job, JobKind};
use local_containers::process;
pub use operations::described;
pub use processing::{Details as ProcessingDetails, Processing};
pub use requests::FileMode;
pub use rows::{check_quota, get, put_new, put_new_with, request_stop};
pub use training::{Details as TrainingDetails, Training, request as training_request};

pub fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateProcessingJob", create::<Processing>),
        operation!("DescribeProcessingJob", describe::<Processing>),
        operation!("ListProcessingJobs", list::<Processing>),
        operation!("StopProcessingJob", stop::<Processing>),
        operation!("CreateTrainingJob", create::<Training>),
        operation!("DescribeTrainingJob", describe::<Training>),
        operation!("ListTrainingJobs", list::<Training>),
        operation!("StopTrainingJob", stop::<Training>),
    ]
}

/// Region and name of the training jobs that are in progress.
pub fn in_training(cloud: &Cloud) -> Vec<(String, String)> {
    cloud.store.read(|tx| Training::ACTIVE.keys(tx))
}

/// Every value of a metric in the log of a training job, in order.
pub fn metric_series(
    cloud: &Cloud,
    region: &str,
    job: &Job<Training>,
    definition: &MetricDefinition,
) -> Vec<f64> {
    let log = training_log(cloud, region, &job.request.training_job_name);
    let text = metrics::text(&log, job.state.log_begins);
    // A line without its end is still being written.
    let text = match text.rsplit_once('\n') {
        Some((lines, _)) if !job.state.status.is_final() => lines,
        None if !job.state.status.is_final() => "",
        _ => &text,
    };
    metrics::series(definition, text)
}

pub fn training_log(cloud: &Cloud, region: &str, name: &str) -> PathBuf {
    process::log_path(cloud, Training::RESOURCE, region, name)
}
