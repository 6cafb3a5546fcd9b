//! Glue's limits on members: its web API reference.

use local_core::constraints;
use local_core::wire::constraints::Constraint;
use local_core::wire::constraints::Rule::{Items, Length, Pattern, Range};

/// One line of any characters.
const NAME: &str = r"[\x20-\u{D7FF}\u{E000}-\u{10FFFF}\t]*";

pub const ALL: &[Constraint] = constraints! {
    "CreateDatabase" {
        "DatabaseInput.Name": Length(1, 255), Pattern(NAME);
        "DatabaseInput.Description": Length(0, 2048);
        "DatabaseInput.LocationUri": Length(1, 1024);
    }
    "UpdateDatabase" {
        "DatabaseInput.Name": Length(1, 255), Pattern(NAME);
        "DatabaseInput.Description": Length(0, 2048);
        "DatabaseInput.LocationUri": Length(1, 1024);
    }
    "GetDatabases" {
        "MaxResults": Range(1, 100);
    }
    "CreateTable" {
        "TableInput.Name": Length(1, 255), Pattern(NAME);
        "TableInput.Description": Length(0, 2048);
        "TableInput.ViewOriginalText": Length(0, 409_600);
        "TableInput.ViewExpandedText": Length(0, 409_600);
        "TableInput.StorageDescriptor.Columns[].Name": Length(1, 255), Pattern(NAME);
        "TableInput.StorageDescriptor.Columns[].Comment": Length(0, 255);
        "TableInput.StorageDescriptor.Location": Length(0, 2056);
        "TableInput.PartitionKeys[].Name": Length(1, 255), Pattern(NAME);
    }
    "UpdateTable" {
        "TableInput.Name": Length(1, 255), Pattern(NAME);
        "TableInput.Description": Length(0, 2048);
        "TableInput.ViewOriginalText": Length(0, 409_600);
        "TableInput.ViewExpandedText": Length(0, 409_600);
        "TableInput.StorageDescriptor.Columns[].Name": Length(1, 255), Pattern(NAME);
        "TableInput.StorageDescriptor.Columns[].Comment": Length(0, 255);
        "TableInput.StorageDescriptor.Location": Length(0, 2056);
        "TableInput.PartitionKeys[].Name": Length(1, 255), Pattern(NAME);
    }
    "GetTables" {
        "Expression": Length(0, 2048);
        "MaxResults": Range(1, 100);
    }
    "GetPartitions" {
        "Expression": Length(0, 2048);
        "MaxResults": Range(1, 1000);
        "Segment.SegmentNumber": Range(0, 9);
        "Segment.TotalSegments": Range(1, 10);
    }
    "BatchCreatePartition" {
        "PartitionInputList": Items(0, 100);
    }
    "BatchDeletePartition" {
        "PartitionsToDelete": Items(0, 25);
    }
};
