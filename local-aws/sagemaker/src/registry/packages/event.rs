//! "SageMaker Model Package State Change".

use serde_json::{Value, json};

use super::rows::Package;
use local_core::Cloud;
use local_core::event::Event;

/// AWS sends it for every write, also where only metadata changed; then `UpdatedModelPackageFields`
/// names what did.
pub fn changed(cloud: &Cloud, region: &str, package: &Package, fields: &[&str]) -> Event {
    let request = &package.request;
    let mut detail = json!({
        "ModelPackageGroupName": package.group,
        "ModelPackageVersion": package.version,
        "ModelPackageArn": package.arn,
        "CreationTime": package.created.iso(),
        "InferenceSpecification": request.inference_specification,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": status_details(),
        "CertifyForMarketplace": false,
        "ModelApprovalStatus": package.approval_status,
        "MetadataProperties": request.metadata_properties,
        "ModelMetrics": request.model_metrics,
        "LastModifiedTime": package.modified.unwrap_or(package.created).iso(),
    });
    if let Some(members) = detail.as_object_mut() {
        members.retain(|_, value| !value.is_null());
        if !package.customer_metadata.is_empty() {
            members.insert(
                "CustomerMetadataProperties".into(),
                json!(package.customer_metadata),
            );
        }
        if let Some(text) = &package.approval_description {
            members.insert("ApprovalDescription".into(), Value::from(text.as_str()));
        }
        if !fields.is_empty() {
            members.insert("UpdatedModelPackageFields".into(), json!(fields));
        }
    }
    Event {
        source: "aws.sagemaker".into(),
        detail_type: "SageMaker Model Package State Change".into(),
        region: region.to_owned(),
        resources: vec![package.arn.clone()],
        detail,
        time: cloud.world.now(),
    }
}

pub fn status_details() -> Value {
    json!({ "ValidationStatuses": [], "ImageScanStatuses": [] })
}
