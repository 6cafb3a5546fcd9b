//! Which changed property replaces its resource, and which is refused: a table over the template's types.
//!
//! Source: the CloudFormation template reference, "Update requires", and `createOnlyProperties` of the
//! registry's schemas, which say the same. A type or a property that is not listed is updated in place.

use anyhow::bail;
use serde_json::{Map, Value};

use super::row::Row;

struct Rule {
    resource_type: &'static str,
    /// The properties that make up its name: two resources cannot share all of them.
    name: &'static [&'static str],
    /// The other properties whose update requires replacement.
    replacing: &'static [&'static str],
}

const fn rule(
    resource_type: &'static str,
    name: &'static [&'static str],
    replacing: &'static [&'static str],
) -> Rule {
    Rule {
        resource_type,
        name,
        replacing,
    }
}

const RULES: [Rule; 23] = [
    rule("AWS::Athena::WorkGroup", &["Name"], &[]),
    rule("AWS::CloudWatch::Alarm", &["AlarmName"], &[]),
    rule("AWS::CloudWatch::Dashboard", &["DashboardName"], &[]),
    rule(
        "AWS::Cognito::UserPoolClient",
        &[],
        &["GenerateSecret", "UserPoolId"],
    ),
    rule("AWS::Cognito::UserPoolDomain", &["Domain"], &["UserPoolId"]),
    rule(
        "AWS::Cognito::UserPoolGroup",
        &["GroupName", "UserPoolId"],
        &[],
    ),
    rule("AWS::Events::Rule", &["Name"], &[]),
    rule("AWS::Glue::Database", &[], &["CatalogId"]),
    rule("AWS::Glue::Table", &[], &["CatalogId", "DatabaseName"]),
    rule(
        "AWS::IAM::ManagedPolicy",
        &["ManagedPolicyName"],
        &["Description", "Path"],
    ),
    rule("AWS::IAM::Role", &["RoleName"], &["Path"]),
    rule("AWS::Logs::LogGroup", &["LogGroupName"], &[]),
    rule("AWS::S3::Bucket", &["BucketName"], &[]),
    rule("AWS::S3::BucketPolicy", &["Bucket"], &[]),
    rule(
        "AWS::SNS::Subscription",
        &[],
        &["Endpoint", "Protocol", "TopicArn"],
    ),
    rule("AWS::SNS::Topic", &["TopicName"], &["FifoTopic"]),
    rule("AWS::SQS::Queue", &["QueueName"], &["FifoQueue"]),
    // Of `OnlineStoreConfig` AWS updates the time to live alone, which local-aws refuses.
    rule(
        "AWS::SageMaker::FeatureGroup",
        &["FeatureGroupName"],
        &[
            "Description",
            "EventTimeFeatureName",
            "OfflineStoreConfig",
            "OnlineStoreConfig",
            "RecordIdentifierFeatureName",
            "RoleArn",
        ],
    ),
    rule(
        "AWS::SageMaker::HumanTaskUi",
        &["HumanTaskUiName"],
        &["UiTemplate"],
    ),
    rule(
        "AWS::SageMaker::ModelPackageGroup",
        &["ModelPackageGroupName"],
        &["ModelPackageGroupDescription"],
    ),
    rule("AWS::SageMaker::Pipeline", &["PipelineName"], &[]),
    rule(
        "AWS::SageMaker::Workteam",
        &["WorkteamName"],
        &["WorkforceName"],
    ),
    rule(
        "AWS::Serverless::Function",
        &["FunctionName"],
        &["PackageType"],
    ),
];

/// Types whose update, here, keeps a member that it is not given.
const KEPT: [&str; 3] = [
    "AWS::Cognito::UserPoolGroup",
    "AWS::SageMaker::Pipeline",
    "AWS::SageMaker::Workteam",
];

/// Whether these properties replace the resource. A change that CloudFormation refuses is refused.
pub(super) fn replaces(before: &Row, now: &Map<String, Value>) -> anyhow::Result<bool> {
    let kind = before.resource_type.as_str();
    let is_changed = |name: &&str| before.properties.get(*name) != now.get(*name);
    if kind == "AWS::Cognito::UserPool" && is_changed(&"UsernameAttributes") {
        bail!("Updates are not allowed for property - UsernameAttributes.");
    }
    if kind.starts_with("Custom::") && is_changed(&"ServiceToken") {
        bail!("Modifying service token is not allowed.");
    }
    let Some(rule) = RULES.iter().find(|rule| rule.resource_type == kind) else {
        return Ok(false);
    };
    if rule.name.iter().any(is_changed) {
        return Ok(true);
    }
    if let Some(property) = rule.replacing.iter().copied().find(|name| is_changed(name)) {
        let given = rule.name.first().and_then(|name| now.get(*name));
        if let Some(name) = given.and_then(Value::as_str) {
            bail!(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. \
                 Rename {name} and update the stack again. ({property} has changed)"
            );
        }
        return Ok(true);
    }
    let left = before.properties.keys();
    let left = left.filter(|name| *name != "Tags" && !now.contains_key(*name));
    if let Some(name) = left.into_iter().next().filter(|_| KEPT.contains(&kind)) {
        bail!("local-aws keeps {name} of a resource that is there: give its new value");
    }
    Ok(false)
}

#[cfg(test)]
mod tests;
