//! SageMaker's AutoML jobs (Autopilot): the data analysed, features made of them, models trained, the best one explained.
//!
//! Each step is a job of SageMaker's, listed and described like any other. An AutoML job keeps no list of them: their
//! names follow from its own, and what is missing is begun at each look. DESIGN.md says what a kill leaves.
//!
//! Source of the operations: the SageMaker API reference; of the course: the developer guide, "SageMaker Autopilot".

mod check;
mod constraints;
mod containers;
mod course;
mod creation;
mod described;
mod engine;
mod error;
mod files;
mod first_version;
mod job;
mod launch;
mod listings;
mod metrics;
mod operations;
mod permissions;
mod plan;
mod request;
mod seen;
mod semantics;
mod steps;
#[cfg(test)]
mod tests;

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
        operation!("CreateAutoMLJob", creation::create_first),
        operation!("CreateAutoMLJobV2", creation::create),
        operation!("DescribeAutoMLJob", operations::describe_first),
        operation!("DescribeAutoMLJobV2", operations::describe),
        operation!("StopAutoMLJob", operations::stop),
        operation!("ListAutoMLJobs", listings::jobs),
        operation!("ListCandidatesForAutoMLJob", listings::candidates),
    ]
}
