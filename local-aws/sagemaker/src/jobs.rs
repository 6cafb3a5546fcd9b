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
mod runner;

use std::sync::Arc;

use local_core::Cloud;
use local_core::operation;
use local_core::store::Tx;
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
    let active = |tx: &Tx| tx.list_everywhere::<()>(training::ACTIVE);
    let active = cloud.store.read(active).into_iter();
    active.map(|(_, name, ())| name).collect()
}

/// Runs the jobs that the state says are in progress.
pub async fn run(cloud: Arc<Cloud>) {
    runner::run(cloud).await;
}
