//! SageMaker Pipelines: a definition as a graph of steps, executed by jobs that really run.
//!
//! `definition`, `resolve`, `condition`, `plan`, `cache` and `retry` are values in, decisions out.
//! `engine` looks at the executions in progress whenever the state changes and writes the next
//! transitions in one transaction each, jobs and events included; so after a kill it carries on
//! where the state stands.

mod advance;
mod cache;
mod condition;
mod constraints;
mod context;
mod definition;
mod duration;
mod engine;
mod event;
mod execution;
mod executions;
mod parameters;
mod permissions;
mod pipeline;
mod plan;
mod reference;
mod resolve;
mod retry;
mod semantics;
mod start_step;
mod step_job;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::{Operation, apis};

/// A definition of 1 MiB, escaped as a text in JSON.
const MOST_BYTES: usize = 4 * 1024 * 1024;

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
        operation!("CreatePipeline", pipeline::create).takes(MOST_BYTES),
        operation!("UpdatePipeline", pipeline::update).takes(MOST_BYTES),
        operation!("DescribePipeline", pipeline::describe),
        operation!("DeletePipeline", pipeline::delete),
        operation!("ListPipelines", pipeline::list),
        operation!("StartPipelineExecution", executions::start),
        operation!("DescribePipelineExecution", executions::describe),
        operation!("ListPipelineExecutions", executions::list),
        operation!("ListPipelineExecutionSteps", executions::list_steps),
        operation!(
            "ListPipelineParametersForExecution",
            executions::list_parameters
        ),
        operation!(
            "DescribePipelineDefinitionForExecution",
            executions::describe_definition
        ),
        operation!("RetryPipelineExecution", executions::retry),
        operation!("StopPipelineExecution", executions::stop),
    ]
}
