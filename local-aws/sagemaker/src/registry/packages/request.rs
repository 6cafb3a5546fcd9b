//! Requests of the operations on packages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use local_core::listing::{ListRequest, SortBy, SortOrder};
use local_core::tags::Tag;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApprovalStatus {
    Approved,
    Rejected,
    PendingManualApproval,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    pub model_package_group_name: Option<String>,
    pub model_package_description: Option<String>,
    pub inference_specification: Option<InferenceSpecification>,
    #[serde(default)]
    pub tags: Vec<Tag>,
    pub model_approval_status: Option<ApprovalStatus>,
    /// Recorded and described; nothing here acts on it. So are the next ones.
    pub metadata_properties: Option<Value>,
    pub model_metrics: Option<Value>,
    pub drift_check_baselines: Option<Value>,
    pub domain: Option<String>,
    pub task: Option<String>,
    pub sample_payload_url: Option<String>,
    pub source_uri: Option<String>,
    pub skip_model_validation: Option<String>,
    pub client_token: Option<String>,
    #[serde(default)]
    pub customer_metadata_properties: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InferenceSpecification {
    pub containers: Vec<PackageContainer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supported_transform_instance_types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supported_realtime_inference_instance_types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supported_content_types: Option<Vec<String>>,
    #[serde(
        rename = "SupportedResponseMIMETypes",
        skip_serializing_if = "Option::is_none"
    )]
    supported_response_mime_types: Option<Vec<String>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PackageContainer {
    pub image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_data_url: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_hostname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    framework: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    framework_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest_model_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    pub model_package_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListPackagesRequest {
    pub model_package_group_name: Option<String>,
    pub model_approval_status: Option<ApprovalStatus>,
    pub model_package_type: Option<String>,
    creation_time_after: Option<f64>,
    creation_time_before: Option<f64>,
    name_contains: Option<String>,
    sort_by: Option<SortBy>,
    sort_order: Option<SortOrder>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRequest {
    pub model_package_arn: String,
    pub model_approval_status: Option<ApprovalStatus>,
    pub approval_description: Option<String>,
    pub customer_metadata_properties: Option<BTreeMap<String, String>>,
    pub customer_metadata_properties_to_remove: Option<Vec<String>>,
    pub source_uri: Option<String>,
}

impl From<ListPackagesRequest> for ListRequest {
    fn from(request: ListPackagesRequest) -> ListRequest {
        ListRequest {
            creation_time_after: request.creation_time_after,
            creation_time_before: request.creation_time_before,
            name_contains: request.name_contains,
            sort_by: request.sort_by,
            sort_order: request.sort_order,
            max_results: request.max_results,
            next_token: request.next_token,
            ..ListRequest::default()
        }
    }
}
