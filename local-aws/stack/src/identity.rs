//! The row that an earlier deployment left of a resource, under its logical id or another one.

use sam::Resource;
use serde_json::{Map, Value};

use super::call::Context;
use super::row::{Row, logical_id};

/// Types whose services find a resource by its name, and the property that gives it. A resource of another
/// type is known by its logical id; functions need no row, because each deployment provisions them.
const NAMES: [(&str, &str); 11] = [
    ("AWS::CloudWatch::Alarm", "AlarmName"),
    ("AWS::Cognito::UserPoolDomain", "Domain"),
    ("AWS::Cognito::UserPoolGroup", "GroupName"),
    ("AWS::Events::Rule", "Name"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::SageMaker::HumanTaskUi", "HumanTaskUiName"),
    ("AWS::SageMaker::ModelPackageGroup", "ModelPackageGroupName"),
    ("AWS::SageMaker::Pipeline", "PipelineName"),
    ("AWS::SageMaker::Workteam", "WorkteamName"),
];

pub(super) fn name_property(resource_type: &str) -> Option<&'static str> {
    let named = NAMES.iter().find(|(of, _)| *of == resource_type);
    named.map(|(_, property)| *property)
}

/// The resource's row; `before` is the row of its logical id.
pub(super) fn deployed(
    context: &Context,
    resource: &Resource,
    before: Option<&Row>,
) -> Option<Row> {
    let before = before.filter(|row| row.resource_type == resource.resource_type);
    let Some(property) = name_property(&resource.resource_type) else {
        return before.cloned();
    };
    let name = |logical_id: &str, properties: &Map<String, Value>| {
        let given = properties.get(property).and_then(Value::as_str);
        given.map_or_else(|| context.default_name(logical_id), str::to_owned)
    };
    let own = name(&resource.logical_id, &resource.properties);
    if let Some(before) = before
        && name(&resource.logical_id, &before.properties) == own
    {
        return Some(before.clone());
    }
    // Groups of two pools may have one name.
    let pool = |properties: &Map<String, Value>| properties.get("UserPoolId").cloned();
    let mut rows = Row::all(&context.cloud).into_iter();
    let found = rows.find(|(row_name, row)| {
        row.resource_type == resource.resource_type
            && name(logical_id(row_name), &row.properties) == own
            && pool(&row.properties) == pool(&resource.properties)
    });
    found.map(|(_, row)| row)
}
