//! AWS's limits on the members of these operations, as the services' models have them.

use local_core::wire::Operation;
use local_core::wire::constraints::Rule::{Hidden, Items, Length, OneOf, Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints, Rule};
use local_core::wire::limits::{PAGES, ROLES, S3_URI, TAGS, in_each};

const NAME: &str = "[a-zA-Z0-9]([_-]*[a-zA-Z0-9]){0,63}";
const NAME_OR_ARN: &str = r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:feature-group/)?([a-zA-Z0-9]([_-]*[a-zA-Z0-9]){0,63})";
const KEY: &str = "[a-zA-Z0-9:/_-]*";
const FEATURE_TYPE: Rule = OneOf(&["Integral", "Fractional", "String"]);
const STORE: Rule = OneOf(&["OnlineStore", "OfflineStore"]);

/// Of a value, which no sentence shows.
const VALUE: Rule = Hidden(&Length(0, 358_400));

const GROUPS: &[Constraint] = local_core::constraints! {
    "CreateFeatureGroup" {
        "FeatureGroupName": Pattern(NAME), Length(1, 64);
        "RecordIdentifierFeatureName": Pattern(NAME), Length(1, 64);
        "EventTimeFeatureName": Pattern(NAME), Length(1, 64);
        "FeatureDefinitions": Items(1, 2500);
        "FeatureDefinitions[].FeatureName": Pattern(NAME), Length(1, 64);
        "FeatureDefinitions[].FeatureType": FEATURE_TYPE;
        "OnlineStoreConfig.SecurityConfig.KmsKeyId": Pattern(KEY), Length(0, 2048);
        "OnlineStoreConfig.StorageType": OneOf(&["Standard", "Standard_V2", "InMemory"]);
        "OfflineStoreConfig.S3StorageConfig.S3Uri": Pattern(S3_URI), Length(0, 1024);
        "OfflineStoreConfig.S3StorageConfig.KmsKeyId": Pattern(KEY), Length(0, 2048);
        "OfflineStoreConfig.DataCatalogConfig.TableName": Length(1, 255);
        "OfflineStoreConfig.DataCatalogConfig.Catalog": Length(1, 255);
        "OfflineStoreConfig.DataCatalogConfig.Database": Length(1, 255);
        "OfflineStoreConfig.TableFormat": OneOf(&["Default", "Glue", "Iceberg"]);
        "Description": Length(0, 128);
    }
    "DescribeFeatureGroup" {
        "FeatureGroupName": Pattern(NAME_OR_ARN), Length(1, 256);
    }
    "UpdateFeatureGroup" {
        "FeatureGroupName": Pattern(NAME_OR_ARN), Length(1, 256);
        "FeatureAdditions": Items(1, 100);
        "FeatureAdditions[].FeatureName": Pattern(NAME), Length(1, 64);
        "FeatureAdditions[].FeatureType": FEATURE_TYPE;
    }
    "DeleteFeatureGroup" {
        "FeatureGroupName": Pattern(NAME), Length(1, 64);
    }
    "ListFeatureGroups" {
        "NameContains": Length(1, 64);
        "FeatureGroupStatusEquals":
            OneOf(&["Creating", "Created", "CreateFailed", "Deleting", "DeleteFailed"]);
        "OfflineStoreStatusEquals": OneOf(&["Active", "Blocked", "Disabled"]);
        "SortBy": OneOf(&["Name", "FeatureGroupStatus", "OfflineStoreStatus", "CreationTime"]);
    }
};

const RECORDS: &[Constraint] = local_core::constraints! {
    "PutRecord" {
        "FeatureGroupName": Pattern(NAME_OR_ARN), Length(1, 150);
        "Record": Items(1, usize::MAX);
        "Record[].FeatureName": Pattern(NAME), Length(1, 64);
        "Record[].ValueAsString": VALUE;
        "TargetStores": Items(1, 2);
        "TargetStores[]": STORE;
    }
    "BatchWriteRecord" {
        "Entries": Items(1, 25);
        "Entries[].FeatureGroupName": Pattern(NAME_OR_ARN), Length(1, 150);
        "Entries[].Record": Items(1, usize::MAX);
        "Entries[].Record[].FeatureName": Pattern(NAME), Length(1, 64);
        "Entries[].Record[].ValueAsString": VALUE;
        "Entries[].TargetStores": Items(1, 2);
        "Entries[].TargetStores[]": STORE;
    }
    "GetRecord" {
        "FeatureGroupName": Pattern(NAME_OR_ARN), Length(1, 150);
        "RecordIdentifierValueAsString": VALUE;
    }
    "BatchGetRecord" {
        "Identifiers": Items(1, 100);
        "Identifiers[].FeatureGroupName": Pattern(NAME_OR_ARN), Length(1, 150);
        "Identifiers[].RecordIdentifiersValueAsString": Items(1, 100);
        "Identifiers[].RecordIdentifiersValueAsString[]": VALUE;
        "Identifiers[].FeatureNames": Items(1, usize::MAX);
        "Identifiers[].FeatureNames[]": Pattern(NAME), Length(1, 64);
    }
    "ListRecords" {
        "FeatureGroupName": Pattern(NAME_OR_ARN), Length(1, 150);
        "MaxResults": Range(1, 100);
        "NextToken": Length(1, 8192);
    }
    "DeleteRecord" {
        "FeatureGroupName": Pattern(NAME_OR_ARN), Length(1, 150);
        "RecordIdentifierValueAsString": VALUE;
        "EventTime": VALUE;
        "TargetStores": Items(1, 2);
        "TargetStores[]": STORE;
        "DeletionMode": OneOf(&["SoftDelete", "HardDelete"]);
    }
};

pub fn constraints(operations: &[Operation]) -> Vec<Constraints> {
    let of_groups = [in_each(operations, &[PAGES, ROLES, TAGS]), GROUPS.into()];
    let code = "ValidationException";
    let mut all = Vec::from(of_groups.map(|table| Constraints { code, table }));
    all.push(Constraints {
        code: "ValidationError",
        table: RECORDS.into(),
    });
    all
}
