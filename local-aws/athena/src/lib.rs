//! Athena: workgroups, query executions, their results.
//!
//! A statement is a row that waits. The controller has it run by the engine, a program of its own that works with
//! the key of whoever asked: what it reads and writes in S3, that principal's policies allow. Its tables come from
//! the principal's view of Glue's catalogue, and what it changes there is changed by Glue's own operations.
//!
//! Source of the operations: the Athena API reference.

mod configuration;
mod constraints;
mod controller;
mod course;
mod engine;
mod error;
mod event;
mod execution;
mod executions;
mod failure;
mod metadata;
mod permissions;
mod results;
mod semantics;
mod start;
mod statement;
mod workgroup;
mod workgroups;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::constraints::Constraints;
use local_core::wire::{Operation, apis};

pub fn part() -> Part {
    Part {
        operations: vec![(apis::ATHENA, operations())],
        permissions: permissions::ALL,
        constraints: vec![Constraints {
            code: "InvalidRequestException",
            table: constraints::ALL.into(),
        }],
        semantics: semantics::NOTES,
        controllers: vec![controller::CONTROLLER],
        stop: Some(engine::end_all),
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("StartQueryExecution", start::start),
        operation!("GetQueryExecution", executions::get),
        operation!("BatchGetQueryExecution", executions::get_batch),
        operation!("ListQueryExecutions", executions::list),
        operation!("StopQueryExecution", executions::stop),
        operation!("GetQueryResults", results::get),
        operation!("CreateWorkGroup", workgroups::create),
        operation!("GetWorkGroup", workgroups::get),
        operation!("UpdateWorkGroup", workgroups::update),
        operation!("ListWorkGroups", workgroups::list),
        operation!("DeleteWorkGroup", workgroups::delete),
        operation!("ListDataCatalogs", metadata::list_catalogs),
        operation!("ListDatabases", metadata::list_databases),
        operation!("ListTableMetadata", metadata::list_tables),
        operation!("GetTableMetadata", metadata::get_table),
    ]
}
