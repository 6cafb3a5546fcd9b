//! CloudFormation's request.
//!
//! Source: the CloudFormation user guide, "Custom resource request objects".

use anyhow::{Context, Result, bail};
use policy::{naming, task};
use serde::Deserialize;
use serde_json::{Value, json};

/// Physical id of a resource whose creation failed before it had a name.
const NEVER_CREATED: &str = "never-created";

/// What every answer repeats or goes to, and the rest as it came: a request is answered whatever else it holds,
/// so its other members are read by [`Request::kind`] and [`Request::resource`], whose errors are answers.
#[derive(Debug, Clone)]
pub struct Request {
    /// Presigned: its holder can answer CloudFormation, so it is never logged.
    pub response_url: String,
    pub stack_id: String,
    pub request_id: String,
    pub logical_resource_id: String,
    /// Empty until the resource is created.
    pub physical_resource_id: String,
    event: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Create,
    Update,
    Delete,
}

impl Request {
    pub fn read(event: Value) -> Self {
        Self {
            response_url: text(&event, "ResponseURL"),
            stack_id: text(&event, "StackId"),
            request_id: text(&event, "RequestId"),
            logical_resource_id: text(&event, "LogicalResourceId"),
            physical_resource_id: text(&event, "PhysicalResourceId"),
            event,
        }
    }

    pub fn kind(&self) -> Result<Kind> {
        match text(&self.event, "RequestType").as_str() {
            "Create" => Ok(Kind::Create),
            "Update" => Ok(Kind::Update),
            "Delete" => Ok(Kind::Delete),
            other => bail!("{other:?} is no RequestType"),
        }
    }

    pub fn was_created(&self) -> bool {
        !["", NEVER_CREATED].contains(&self.physical_resource_id.as_str())
    }

    /// What is to be provided.
    pub fn resource(&self) -> Result<Resource> {
        let tagged = json!({
            "ResourceType": self.event["ResourceType"],
            "ResourceProperties": self.event["ResourceProperties"],
        });
        serde_json::from_value(tagged)
            .with_context(|| format!("read the properties of {}", self.logical_resource_id))
    }

    /// What is to be deleted: its physical id says the rest. An older template's properties may not be readable.
    pub fn deleted_type(&self) -> Result<ResourceType> {
        serde_json::from_value(self.event["ResourceType"].clone())
            .with_context(|| format!("read the type of {}", self.logical_resource_id))
    }

    /// The id to answer with where nothing better is known. CloudFormation asks for the deletion of a resource
    /// by the id of its failed creation, and a creation may have failed half-way.
    pub fn known_id(&self) -> String {
        if !self.physical_resource_id.is_empty() {
            return self.physical_resource_id.clone();
        }
        let resource = self.resource().ok();
        resource.map_or_else(|| NEVER_CREATED.to_owned(), |it| it.physical_id())
    }
}

fn text(event: &Value, name: &str) -> String {
    event[name].as_str().unwrap_or_default().to_owned()
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub enum ResourceType {
    #[serde(rename = "Custom::Reviewers")]
    Reviewers,
    #[serde(rename = "Custom::Workforce")]
    Workforce,
    #[serde(rename = "Custom::FlowDefinition")]
    FlowDefinition,
    #[serde(rename = "Custom::Models")]
    Models,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "ResourceType", content = "ResourceProperties")]
pub enum Resource {
    #[serde(rename = "Custom::Reviewers")]
    Reviewers(Reviewers),
    #[serde(rename = "Custom::Workforce")]
    Workforce(Workforce),
    #[serde(rename = "Custom::FlowDefinition")]
    FlowDefinition(FlowDefinition),
    #[serde(rename = "Custom::Models")]
    Models(Models),
}

impl Resource {
    pub fn physical_id(&self) -> String {
        match self {
            Resource::Reviewers(wanted) => wanted.physical_id(),
            Resource::Workforce(wanted) => wanted.workforce_name.clone(),
            Resource::FlowDefinition(wanted) => wanted.name(),
            Resource::Models(wanted) => wanted.endpoint_name.clone(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reviewers {
    pub user_pool_id: String,
    pub user_pool_group: String,
    /// Comma-separated.
    pub emails: String,
    /// How many there must be; CloudFormation passes numbers as text.
    #[serde(default)]
    pub at_least: Option<String>,
}

impl Reviewers {
    pub fn physical_id(&self) -> String {
        format!("{}/{}", self.user_pool_id, self.user_pool_group)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Workforce {
    pub workforce_name: String,
    pub user_pool_id: String,
    pub user_pool_client_id: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FlowDefinition {
    /// How the name begins: see [`FlowDefinition::name`].
    pub name_prefix: String,
    pub human_task_ui_arn: String,
    pub workteam_arn: String,
    pub role_arn: String,
    #[serde(rename = "S3OutputPath")]
    pub s3_output_path: String,
    pub task_title: String,
    pub task_description: String,
}

impl FlowDefinition {
    /// With a hash of all that makes it what it is.
    pub fn name(&self) -> String {
        let limits = [task::ANSWERS, task::LEASE_SECONDS, task::LIFETIME_SECONDS];
        let limits = limits.map(|limit| limit.to_string()).join(",");
        let content = [
            &self.human_task_ui_arn,
            &self.workteam_arn,
            &self.role_arn,
            &self.s3_output_path,
            &self.task_title,
            &self.task_description,
            &limits,
        ];
        naming::flow_definition(&self.name_prefix, &content.map(String::as_str))
    }
}

/// All that the loop makes of a stack's models besides CloudFormation.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Models {
    pub endpoint_name: String,
}
