//! Conditions: the operators that templates of this house and AWS's managed policies have.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::list::one_or_many;
use crate::pattern::{matches, matches_arn};

/// The keys that a request of this cloud has a value for; a condition on another one would never hold.
///
/// Source: the IAM user guide, "AWS global condition context keys"; the Service Authorization Reference, the pages of
/// IAM, CloudWatch and Application Auto Scaling.
const KEYS: [&str; 8] = [
    "application-autoscaling:service-namespace",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOwner",
    "cloudwatch:namespace",
    "iam:AWSServiceName",
    "iam:PassedToService",
];

/// One key under one operator, and the values of which one must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    operator: Operator,
    key: String,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Operator {
    StringEquals,
    StringLike,
    /// The same as `ArnLike`, as on AWS.
    ArnEquals,
    ArnLike,
    Bool,
}

#[derive(Deserialize)]
struct Values(#[serde(deserialize_with = "one_or_many")] Vec<Scalar>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Bool(bool),
}

impl Condition {
    pub fn read_all(written: &Value) -> Result<Vec<Self>, String> {
        let blocks = BTreeMap::<String, BTreeMap<String, Values>>::deserialize(written);
        let mut conditions = Vec::new();
        for (name, block) in blocks.map_err(|error| error.to_string())? {
            let operator = Operator::deserialize(&Value::String(name.clone()))
                .map_err(|_| format!("local-iam has no condition operator {name}"))?;
            for (key, Values(values)) in block {
                let values: Vec<String> = values.into_iter().map(Scalar::text).collect();
                if !KEYS.iter().any(|known| known.eq_ignore_ascii_case(&key)) {
                    return Err(format!("local-iam has no condition key {key}"));
                }
                if let Some(variable) = values.iter().find(|text| text.contains("${")) {
                    return Err(format!("local-iam replaces no variable, as in {variable}"));
                }
                conditions.push(Self {
                    operator,
                    key: key.to_lowercase(),
                    values,
                });
            }
        }
        Ok(conditions)
    }

    /// A key that the request does not have holds under none of these operators.
    pub fn holds(&self, context: &BTreeMap<String, String>) -> bool {
        // The names of keys are alike in any case.
        let mut found = context.iter();
        let found = found.find(|(key, _)| key.to_lowercase() == self.key);
        found.is_some_and(|(_, value)| self.values.iter().any(|expected| self.is(expected, value)))
    }

    fn is(&self, expected: &str, value: &str) -> bool {
        match self.operator {
            Operator::StringEquals => expected == value,
            Operator::StringLike => matches(expected, value),
            Operator::ArnEquals | Operator::ArnLike => matches_arn(expected, value),
            Operator::Bool => expected.eq_ignore_ascii_case(value),
        }
    }
}

impl Scalar {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Bool(value) => value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_value_must_hold_of_every_key() {
        let holds = |written: Value, context: &[(&str, &str)]| {
            let context = context.iter();
            let context = context.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            let context: BTreeMap<String, String> = context.collect();
            let conditions = Condition::read_all(&written).unwrap();
            conditions.iter().all(|condition| condition.holds(&context))
        };
        let passed =
            json!({ "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } });
        assert!(holds(
            passed.clone(),
            &[("iam:passedtoservice", "sagemaker.amazonaws.com")]
        ));
        assert!(!holds(
            passed.clone(),
            &[("iam:PassedToService", "lambda.amazonaws.com")]
        ));
        assert!(!holds(passed, &[]));
        let key = "cloudwatch:namespace";
        let namespace = json!({ "StringLike": { key: ["/aws/*", "AWS/SageMaker"] } });
        assert!(holds(namespace.clone(), &[(key, "/aws/x")]));
        assert!(!holds(namespace, &[(key, "AWS/Other")]));
        let source = json!({ "ArnLike": { "aws:SourceArn": "arn:aws:events:r:1:rule/s-*" } });
        assert!(holds(
            source.clone(),
            &[("aws:SourceArn", "arn:aws:events:r:1:rule/s-a")]
        ));
        assert!(!holds(
            source,
            &[("aws:SourceArn", "arn:aws:events:r:1:rule/t-a")]
        ));
        let plain = json!({ "Bool": { "aws:SecureTransport": "false" } });
        assert!(!holds(plain.clone(), &[("aws:SecureTransport", "true")]));
        assert!(holds(plain, &[("aws:SecureTransport", "false")]));
    }

    #[test]
    fn a_key_that_no_request_has_and_a_variable_are_refused_by_name() {
        for (condition, name) in [
            (
                json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }),
                "aws:MultiFactorAuthPresent",
            ),
            (
                json!({ "StringEquals": { "s3:prefix": "in/" } }),
                "s3:prefix",
            ),
            (
                json!({ "StringEquals": { "aws:SourceAccount": "${aws:PrincipalAccount}" } }),
                "${aws:PrincipalAccount}",
            ),
        ] {
            let refused = Condition::read_all(&condition).unwrap_err();
            assert!(refused.contains(name), "{refused}");
        }
    }
}
