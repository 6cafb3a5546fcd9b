//! Athena's limits on members: its API reference.

use local_core::constraints;
use local_core::wire::constraints::Constraint;
use local_core::wire::constraints::Rule::{Items, Length, Pattern, Range};

const WORK_GROUP: &str = "[a-zA-Z0-9._-]{1,128}";
const CUTOFF: i64 = 10_000_000;

pub const ALL: &[Constraint] = constraints! {
    "StartQueryExecution" {
        "QueryString": Length(1, 262_144);
        "ClientRequestToken": Length(32, 128);
        "QueryExecutionContext.Database": Length(1, 255);
        "QueryExecutionContext.Catalog": Length(1, 256);
        "WorkGroup": Pattern(WORK_GROUP);
        "ExecutionParameters": Items(1, i32::MAX as usize);
        "ExecutionParameters[]": Length(1, 1024);
    }
    "BatchGetQueryExecution" {
        "QueryExecutionIds": Items(1, 50);
    }
    "ListQueryExecutions" {
        "WorkGroup": Pattern(WORK_GROUP);
        "MaxResults": Range(0, 50);
    }
    "GetQueryResults" {
        "MaxResults": Range(1, 1000);
    }
    "CreateWorkGroup" {
        "Name": Pattern(WORK_GROUP);
        "Description": Length(0, 1024);
        "Configuration.BytesScannedCutoffPerQuery": Range(CUTOFF, i64::MAX);
    }
    "UpdateWorkGroup" {
        "WorkGroup": Pattern(WORK_GROUP);
        "Description": Length(0, 1024);
        "ConfigurationUpdates.BytesScannedCutoffPerQuery": Range(CUTOFF, i64::MAX);
    }
    "GetWorkGroup" {
        "WorkGroup": Pattern(WORK_GROUP);
    }
    "DeleteWorkGroup" {
        "WorkGroup": Pattern(WORK_GROUP);
    }
    "ListWorkGroups" {
        "MaxResults": Range(1, 50);
    }
    "ListDataCatalogs" {
        "MaxResults": Range(2, 50);
    }
    "ListDatabases" {
        "MaxResults": Range(1, 50);
    }
    "ListTableMetadata" {
        "Expression": Length(0, 256);
        "MaxResults": Range(1, 50);
    }
};
