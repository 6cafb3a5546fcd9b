//! AWS's managed policies that SAM attaches to a function's role.
//!
//! Source: the AWS managed policy reference guide, the page of each.

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

pub fn document(arn: &str) -> Option<&'static str> {
    match arn.strip_prefix("arn:aws:iam::aws:policy/")? {
        "service-role/AWSLambdaBasicExecutionRole" => Some(BASIC_EXECUTION),
        "AWSXRayDaemonWriteAccess" => Some(XRAY),
        _ => None,
    }
}
