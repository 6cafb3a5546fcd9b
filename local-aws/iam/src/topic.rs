//! The policy that SNS gives a topic.

use local_core::{ACCOUNT, Arn};
use serde_json::json;

/// The account and those of its services that name the account as `aws:SourceOwner`, as CloudWatch's alarms do and
/// EventBridge's rules do not.
///
/// Source: the SNS developer guide, "Example cases for Amazon SNS access control", `aws:SourceAccount` versus
/// `aws:SourceOwner`; the policy itself is the one that `GetTopicAttributes` answers of a topic to which none was given.
pub fn default_policy(resource: &str) -> Option<String> {
    Arn::parse(resource).filter(|arn| arn.service == "sns")?;
    let actions = [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ];
    let document = json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": actions,
            "Resource": resource,
            "Condition": { "StringEquals": { "AWS:SourceOwner": ACCOUNT } },
        }],
    });
    Some(document.to_string())
}
