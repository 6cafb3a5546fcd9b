//! Augmented AI: flow definitions and human loops. The answers of people come from the portal.

mod api;
mod constraints;
mod desk;
mod expiry;
mod finish;
mod flows;
mod human_loop;
mod list;
mod loops;
mod permissions;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::{Operation, apis};

pub use desk::{accept, accepted, answer, give_back, next, principal, submit, template, waiting};
pub use expiry::expire;
pub use human_loop::{Gone, HumanLoop, Reviewer};

/// Input of 3 MiB, escaped as a text in JSON.
const MOST_BYTES: usize = 10 * 1024 * 1024;

pub fn part() -> Part {
    let (human_loops, flow_definitions) = (human_loops(), flow_definitions());
    Part {
        permissions: permissions::ALL,
        constraints: constraints::constraints(&human_loops, &flow_definitions),
        operations: vec![
            (apis::AUGMENTED_AI_RUNTIME, human_loops),
            (apis::SAGEMAKER, flow_definitions),
        ],
        controllers: vec![expiry::CONTROLLER],
        recover: Some(loops::recover),
        ..Part::default()
    }
}

fn human_loops() -> Vec<Operation> {
    vec![
        operation!("StopHumanLoop", POST "/human-loops/stop", api::stop),
        operation!("StartHumanLoop", POST "/human-loops", api::start).takes(MOST_BYTES),
        operation!("ListHumanLoops", GET "/human-loops", list::list),
        operation!(
            "DescribeHumanLoop",
            GET "/human-loops/{HumanLoopName}",
            api::describe
        ),
        operation!(
            "DeleteHumanLoop",
            DELETE "/human-loops/{HumanLoopName}",
            api::delete
        ),
    ]
}

fn flow_definitions() -> Vec<Operation> {
    vec![
        operation!("CreateFlowDefinition", flows::create),
        operation!("DescribeFlowDefinition", flows::describe),
        operation!("ListFlowDefinitions", flows::list),
        operation!("DeleteFlowDefinition", flows::delete),
    ]
}
