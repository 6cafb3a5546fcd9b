//! SageMaker jobs: training and processing as child processes under the container contract.
//!
//! A job has one folder per attempt, in place of `/opt/ml`. The state alone says which jobs run:
//! after a kill the runner finds them in progress and starts them again from their beginning.

pub mod processing;
pub mod status;
pub mod training;

mod metrics;
mod requests;
mod run_processing;
mod run_training;
pub mod runner;

use local_core::Cloud;
use local_core::operation;
use local_core::wire::Operation;

pub use crate::containers::process::log_path;

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
    let active = cloud.store.read(|tx| training::ACTIVE.keys(tx));
    active.into_iter().map(|(_, name)| name).collect()
}
