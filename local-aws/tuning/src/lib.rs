//! SageMaker's hyperparameter tuning jobs: training jobs with other hyperparameters, and which of them is best.
//!
//! What is tried next and what is stopped early is decided by the crate `tuning`, from the trials so far. A trial is a
//! row and its training job; the values of the objective metric are read from the job's log. DESIGN.md says what a
//! kill leaves.
//!
//! Source of the operations: the SageMaker API reference; of the course: the developer guide, "Automatic model tuning".

mod check;
mod constraints;
mod course;
mod creation;
mod curves;
mod definition;
mod described;
mod ending;
mod engine;
mod error;
mod event;
mod inherited;
mod job;
mod launch;
mod listings;
mod operations;
mod permissions;
mod ranges;
mod request;
mod search;
mod seen;
mod semantics;
mod trial;
mod warm_start;

#[cfg(test)]
mod tests;

pub use creation::{checked, put_new};
pub use job::{ACTIVE, TuningJob};
pub use operations::{description, request_stop, top_training_jobs};

use local_core::operation;
use local_core::part::Part;
use local_core::wire::{Operation, apis};

pub fn part() -> Part {
    let operations = operations();
    Part {
        permissions: permissions::ALL,
        constraints: constraints::constraints(&operations),
        operations: vec![(apis::SAGEMAKER, operations)],
        semantics: semantics::NOTES,
        controllers: vec![engine::CONTROLLER],
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateHyperParameterTuningJob", creation::create),
        operation!("DescribeHyperParameterTuningJob", operations::describe),
        operation!("StopHyperParameterTuningJob", operations::stop),
        operation!("DeleteHyperParameterTuningJob", operations::delete),
        operation!("ListHyperParameterTuningJobs", listings::tuning_jobs),
        operation!(
            "ListTrainingJobsForHyperParameterTuningJob",
            listings::training_jobs
        ),
    ]
}
