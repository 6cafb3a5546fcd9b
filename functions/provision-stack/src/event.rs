//! CloudFormation's request.

use anyhow::{Context, Result};
use aws_lambda_events::cloudformation::CloudFormationCustomResourceRequest;
use serde::Deserialize;
use serde_json::{Value, json};

/// Physical id of a resource whose creation failed.
pub const NEVER_CREATED: &str = "never-created";

const ENDPOINT: &str = "Custom::Endpoint";

/// The fields that the three kinds of request share. The properties are read later, by
/// [`Request::resource`]: a request whose properties cannot be read is answered all the same.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Request {
    request_type: String,
    /// Presigned: its holder can answer CloudFormation, so it is never logged.
    #[serde(rename = "ResponseURL")]
    pub response_url: String,
    pub stack_id: String,
    pub request_id: String,
    pub logical_resource_id: String,
    /// Empty until the resource is created.
    #[serde(default)]
    pub physical_resource_id: String,
    resource_type: String,
    resource_properties: Value,
}

impl Request {
    /// By way of JSON: the envelope has a type of its own for each kind of request.
    pub fn read(request: CloudFormationCustomResourceRequest) -> Result<Self> {
        let request = serde_json::to_value(request).context("write the request as JSON")?;
        serde_json::from_value(request).context("read the request")
    }

    pub fn deletes(&self) -> bool {
        self.request_type == "Delete"
    }

    pub fn was_created(&self) -> bool {
        !["", NEVER_CREATED].contains(&self.physical_resource_id.as_str())
    }

    pub fn resource(&self) -> Result<Resource> {
        // The physical id is enough to delete an endpoint. An older template's properties may not be
        // readable, and an endpoint that stays costs money.
        if self.deletes() && self.was_created() && self.resource_type == ENDPOINT {
            return Ok(Resource::Endpoint(Endpoint {
                endpoint_name: self.physical_resource_id.clone(),
            }));
        }
        let tagged = json!({
            "ResourceType": self.resource_type,
            "ResourceProperties": self.resource_properties,
        });
        serde_json::from_value(tagged)
            .with_context(|| format!("read the properties of {}", self.logical_resource_id))
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "ResourceType", content = "ResourceProperties")]
pub enum Resource {
    #[serde(rename = "Custom::Workforce")]
    Workforce(Workforce),
    #[serde(rename = "Custom::FlowDefinition")]
    FlowDefinition(FlowDefinition),
    #[serde(rename = "Custom::Endpoint")]
    Endpoint(Endpoint),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Workforce {
    pub workforce_name: String,
    pub user_pool_id: String,
    pub user_pool_client_id: String,
    pub user_pool_group: String,
    /// Comma-separated.
    pub reviewer_emails: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FlowDefinition {
    pub flow_definition_name: String,
    pub human_task_ui_arn: String,
    pub workteam_arn: String,
    pub role_arn: String,
    #[serde(rename = "S3OutputPath")]
    pub s3_output_path: String,
    pub task_title: String,
    pub task_description: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Endpoint {
    pub endpoint_name: String,
}
