//! CloudFormation's custom-resource events and their answer.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CustomResource {
    pub request_type: RequestType,
    /// Presigned: who holds it can answer, so it is never logged.
    #[serde(rename = "ResponseURL")]
    pub response_url: String,
    pub stack_id: String,
    pub request_id: String,
    pub logical_resource_id: String,
    #[serde(default)]
    pub physical_resource_id: Option<String>,
    #[serde(flatten)]
    pub resource: Resource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum RequestType {
    Create,
    Update,
    Delete,
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

/// What is put to the response URL.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Response<'a> {
    pub status: &'a str,
    pub reason: &'a str,
    pub physical_resource_id: &'a str,
    pub stack_id: &'a str,
    pub request_id: &'a str,
    pub logical_resource_id: &'a str,
}
