//! The request to the function of a custom resource.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::call::Context;

/// CloudFormation waits an hour for the answer, and its URL lives as long.
pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(60 * 60);

pub struct Request<'a> {
    /// `Create`, `Update` or `Delete`.
    pub request_type: &'static str,
    pub logical_id: &'a str,
    pub resource_type: &'a str,
    pub properties: &'a Map<String, Value>,
    /// None where it is created.
    pub physical_id: Option<&'a str>,
    /// Where it is updated.
    pub old_properties: Option<&'a Map<String, Value>>,
}

impl Request<'_> {
    /// The name of the function.
    pub fn function(&self) -> anyhow::Result<&str> {
        let token = self.properties.get("ServiceToken").and_then(Value::as_str);
        let token = token.context("a custom resource needs a ServiceToken")?;
        Ok(token.rsplit(':').next().unwrap_or_default())
    }

    /// How long CloudFormation waits for the answer.
    pub fn timeout(&self) -> anyhow::Result<Duration> {
        let Some(value) = self.properties.get("ServiceTimeout") else {
            return Ok(LONGEST_TIMEOUT);
        };
        let seconds = value
            .as_u64()
            .or_else(|| value.as_str()?.parse().ok())
            .filter(|seconds| (1..=LONGEST_TIMEOUT.as_secs()).contains(seconds))
            .with_context(|| format!("ServiceTimeout is {value}: it must be 1 to 3600 seconds"))?;
        Ok(Duration::from_secs(seconds))
    }

    pub fn event(&self, context: &Context, response_url: &str) -> Value {
        let mut event = json!({
            "RequestType": self.request_type,
            "RequestId": context.cloud.world.dice("stack/request-id").uuid(),
            "ResponseURL": response_url,
            "StackId": context.pseudo.stack_id,
            "ServiceToken": self.properties.get("ServiceToken"),
            "ResourceType": self.resource_type,
            "LogicalResourceId": self.logical_id,
            "ResourceProperties": as_texts(&Value::Object(self.properties.clone())),
        });
        if let Some(physical_id) = self.physical_id {
            event["PhysicalResourceId"] = json!(physical_id);
        }
        if let Some(properties) = self.old_properties {
            event["OldResourceProperties"] = as_texts(&Value::Object(properties.clone()));
        }
        event
    }
}

/// CloudFormation hands every scalar on as a text.
fn as_texts(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| (name.clone(), as_texts(value)))
            .collect(),
        Value::Array(items) => items.iter().map(as_texts).collect(),
        Value::String(_) | Value::Null => value.clone(),
        scalar => Value::String(scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout(properties: &Value) -> anyhow::Result<u64> {
        let request = Request {
            request_type: "Create",
            logical_id: "Thing",
            resource_type: "Custom::Thing",
            properties: properties.as_object().expect("an object"),
            physical_id: None,
            old_properties: None,
        };
        request.timeout().map(|limit| limit.as_secs())
    }

    #[test]
    fn an_answer_is_awaited_as_long_as_the_resource_says_and_an_hour_at_most() {
        assert_eq!(timeout(&json!({})).unwrap(), 3600);
        assert_eq!(timeout(&json!({"ServiceTimeout": 600})).unwrap(), 600);
        assert_eq!(timeout(&json!({"ServiceTimeout": "600"})).unwrap(), 600);
        for wrong in [json!(0), json!(3601), json!("soon")] {
            assert!(
                timeout(&json!({"ServiceTimeout": wrong})).is_err(),
                "{wrong}"
            );
        }
    }
}
