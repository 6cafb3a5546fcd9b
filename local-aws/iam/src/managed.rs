//! Managed policies: the account's own as rows, and AWS's that SAM attaches to a function's role.
//!
//! Source of AWS's: the AWS managed policy reference guide, the page of each.

use local_core::ACCOUNT;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

use crate::check::{EVERYWHERE, check};
use crate::document::Side;

const POLICIES: Table<String> = Table::new("iam/managed-policy");

pub fn arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:policy/{name}")
}

/// Stores a policy of the account, unless it is as stored; its ARN.
pub fn put(tx: &Tx, name: &str, document: &str) -> Result<String, AwsError> {
    check(document, Side::Identity)?;
    let arn = arn(name);
    if POLICIES.get(tx, EVERYWHERE, &arn).as_deref() != Some(document) {
        POLICIES.put(tx, EVERYWHERE, &arn, &document.to_owned());
    }
    Ok(arn)
}

pub fn remove(tx: &Tx, arn: &str) {
    POLICIES.delete(tx, EVERYWHERE, arn);
}

/// ARN and document of each policy of the account.
pub fn all(tx: &Tx) -> Vec<(String, String)> {
    POLICIES.list(tx, EVERYWHERE)
}

/// The document of the account's policy, or of AWS's.
pub fn document(tx: &Tx, arn: &str) -> Option<String> {
    let own = POLICIES.get(tx, EVERYWHERE, arn);
    own.or_else(|| of_aws(arn).map(str::to_owned))
}

const BASIC_EXECUTION: &str = r#"{"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow",
    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "*"
}]}"#;

const XRAY: &str = r#"{"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow",
    "Action": [
        "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules",
        "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries"
    ],
    "Resource": "*"
}]}"#;

fn of_aws(arn: &str) -> Option<&'static str> {
    match arn.strip_prefix("arn:aws:iam::aws:policy/")? {
        "service-role/AWSLambdaBasicExecutionRole" => Some(BASIC_EXECUTION),
        "AWSXRayDaemonWriteAccess" => Some(XRAY),
        _ => None,
    }
}
