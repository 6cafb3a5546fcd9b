//! What each operation asks of its caller's policies.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "sagemaker" {
        "CreateFeatureGroup": "feature-group/{FeatureGroupName}";
        "DescribeFeatureGroup": "feature-group/{FeatureGroupName}";
        "UpdateFeatureGroup": "feature-group/{FeatureGroupName}";
        "ListFeatureGroups": "*";
        "DeleteFeatureGroup": "feature-group/{FeatureGroupName}";
        "PutRecord": "feature-group/{FeatureGroupName}";
        "BatchWriteRecord": "feature-group/{Entries.FeatureGroupName}";
        "GetRecord": "feature-group/{FeatureGroupName}";
        "BatchGetRecord": "feature-group/{Identifiers.FeatureGroupName}";
        "ListRecords": "feature-group/{FeatureGroupName}";
        "DeleteRecord": "feature-group/{FeatureGroupName}";
    }
};
