//! AWS Glue's Data Catalog: databases, their tables, and the tables' partitions. Definitions alone; Athena reads
//! what they describe.
//!
//! Source of the operations: the Glue web API reference, "Catalog".

mod catalog;
mod change;
mod constraints;
mod database;
mod databases;
mod error;
mod expression;
mod filter;
mod partition;
mod partitions;
mod permissions;
mod semantics;
mod storage;
mod table;
mod tables;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::constraints::Constraints;
use local_core::wire::{Operation, apis};

pub use catalog::{Catalog, catalog};
pub use change::apply;
pub use database::Database;
pub use storage::Column;
pub use table::Table;
pub use tables::name_pattern;

pub fn part() -> Part {
    Part {
        operations: vec![(apis::GLUE, operations())],
        permissions: permissions::ALL,
        constraints: vec![Constraints {
            code: "InvalidInputException",
            table: constraints::ALL.into(),
        }],
        semantics: semantics::NOTES,
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateDatabase", databases::create),
        operation!("GetDatabase", databases::get),
        operation!("GetDatabases", databases::list),
        operation!("UpdateDatabase", databases::update),
        operation!("DeleteDatabase", databases::delete),
        operation!("CreateTable", tables::create),
        operation!("GetTable", tables::get),
        operation!("GetTables", tables::list),
        operation!("UpdateTable", tables::update),
        operation!("DeleteTable", tables::delete),
        operation!("CreatePartition", partitions::create),
        operation!("BatchCreatePartition", partitions::create_batch),
        operation!("GetPartition", partitions::get),
        operation!("GetPartitions", filter::list),
        operation!("DeletePartition", partitions::delete),
        operation!("BatchDeletePartition", partitions::delete_batch),
    ]
}
