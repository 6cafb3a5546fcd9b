//! Augmented AI: flow definitions and human loops. What people do with loops comes from the portal.

mod api;
mod desk;
mod expiry;
mod finish;
mod flows;
mod human_loop;
mod loops;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::{Operation, apis};

pub use desk::{accept, accepted, answer, give_back, submit, template, waiting};
pub use expiry::expire;
pub use human_loop::{Gone, HumanLoop, Reviewer};

/// Input of 3 MiB, escaped as a text in JSON.
const MOST_BYTES: usize = 10 * 1024 * 1024;

pub fn part() -> Part {
    Part {
        operations: vec![
            (apis::AUGMENTED_AI_RUNTIME, operations()),
            (apis::SAGEMAKER, flow_definitions()),
        ],
        controllers: vec![expiry::CONTROLLER],
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("StopHumanLoop", "reviewloop, boto3", POST "/human-loops/stop", api::stop),
        operation!("StartHumanLoop", "predict", POST "/human-loops", api::start).takes(MOST_BYTES),
        operation!("ListHumanLoops", "reconcile, boto3", GET "/human-loops", api::list),
        operation!(
            "DescribeHumanLoop",
            "collect-labels, reconcile",
            GET "/human-loops/{HumanLoopName}",
            api::describe
        ),
        operation!(
            "DeleteHumanLoop",
            "boto3",
            DELETE "/human-loops/{HumanLoopName}",
            api::delete
        ),
    ]
}

fn flow_definitions() -> Vec<Operation> {
    vec![
        operation!(
            "CreateFlowDefinition",
            "provision-reviewers, boto3",
            flows::create
        ),
        operation!(
            "DescribeFlowDefinition",
            "provision-reviewers, boto3",
            flows::describe
        ),
        operation!("ListFlowDefinitions", "boto3", flows::list),
        operation!(
            "DeleteFlowDefinition",
            "provision-reviewers, boto3",
            flows::delete
        ),
    ]
}
