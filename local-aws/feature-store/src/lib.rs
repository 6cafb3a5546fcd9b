//! SageMaker Feature Store: feature groups, the newest record of each identifier online, every record offline.
//!
//! A put or a deletion changes the online record and leaves a row that waits, in one transaction. The controller
//! writes the rows that wait into S3 as Parquet, by the hour of their event time, and takes them off in the same
//! transaction: a row is in S3 once, wherever the process is killed.
//!
//! Source of the operations: the SageMaker API reference, and its part "Amazon SageMaker Feature Store Runtime".

mod batches;
mod catalogue;
mod config;
mod constraints;
mod course;
mod creation;
mod deletion;
mod error;
mod event;
mod event_time;
mod feature;
mod group;
mod groups;
mod listings;
mod offline;
mod online;
mod parquet_file;
mod permissions;
mod read;
mod record;
mod semantics;
mod status;
mod turn;
mod update;
mod waiting;
mod write;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::{Operation, apis};

/// 25 records of AWS's 350 KB each, as JSON.
const MOST_BYTES: usize = 16 * 1024 * 1024;

pub fn part() -> Part {
    let operations = operations();
    Part {
        permissions: permissions::ALL,
        constraints: constraints::constraints(&operations),
        operations: vec![
            (apis::SAGEMAKER, operations),
            (apis::SAGEMAKER_FEATURE_STORE_RUNTIME, of_records()),
        ],
        semantics: semantics::NOTES,
        controllers: vec![course::CONTROLLER],
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateFeatureGroup", creation::create),
        operation!("DescribeFeatureGroup", groups::describe),
        operation!("UpdateFeatureGroup", update::update),
        operation!("ListFeatureGroups", listings::groups),
        operation!("DeleteFeatureGroup", groups::delete),
    ]
}

fn of_records() -> Vec<Operation> {
    vec![
        operation!("PutRecord", PUT "/FeatureGroup/{FeatureGroupName}", write::put),
        operation!("BatchWriteRecord", POST "/BatchWriteRecord", batches::write).takes(MOST_BYTES),
        operation!("GetRecord", GET "/FeatureGroup/{FeatureGroupName}", read::get),
        operation!("BatchGetRecord", POST "/BatchGetRecord", batches::get),
        operation!("ListRecords", POST "/FeatureGroup/{FeatureGroupName}/ListRecords", listings::records),
        operation!("DeleteRecord", DELETE "/FeatureGroup/{FeatureGroupName}", deletion::delete),
    ]
}
