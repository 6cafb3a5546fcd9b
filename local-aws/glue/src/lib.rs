//! AWS Glue's Data Catalog: databases, their tables, and the tables' partitions. Definitions alone; Athena reads
//! what they describe.
//!
//! Source of the operations: the Glue web API reference, "Catalog".

mod catalog;
mod change;
mod constraints;
mod database;
mod error;
mod expression;
mod partition;
mod partitions;
mod permissions;
mod semantics;
mod storage;
mod table;

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
pub use table::{Table, name_pattern};

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
        operation!("CreateDatabase", database::create),
        operation!("GetDatabase", database::get),
        operation!("GetDatabases", database::list),
        operation!("UpdateDatabase", database::update),
        operation!("DeleteDatabase", database::delete),
        operation!("CreateTable", table::create),
        operation!("GetTable", table::get),
        operation!("GetTables", table::list),
        operation!("UpdateTable", table::update),
        operation!("DeleteTable", table::delete),
        operation!("CreatePartition", partition::create),
        operation!("BatchCreatePartition", partition::create_batch),
        operation!("GetPartition", partition::get),
        operation!("GetPartitions", partitions::list),
        operation!("DeletePartition", partition::delete),
        operation!("BatchDeletePartition", partition::delete_batch),
    ]
}
