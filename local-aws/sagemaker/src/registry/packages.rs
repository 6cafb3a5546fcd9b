//! Model packages: versions of a group, with their metrics and their approval.

mod event;
mod request;
pub mod rows;

use serde_json::{Value, json};

use super::groups;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names::{self, created_by};
use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply, extend};
use local_core::{Call, Cloud};

pub use request::{ApprovalStatus, CreateRequest, ListPackagesRequest, NameRequest, UpdateRequest};
pub use rows::{Package, list as all};
use rows::{of_group, put};

const RESOURCE: &str = "model-package";

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let name = request.model_package_group_name.as_deref();
        let Some(name) = name else {
            return Err(AwsError::unsupported(
                "local-aws registers versions only: CreateModelPackage needs ModelPackageGroupName",
            ));
        };
        let group = groups::required(&call.cloud, tx, &call.region, name)?;
        let package = register(&call.cloud, tx, &call.region, group, request)?;
        Ok(json!({ "ModelPackageArn": package.arn }))
    })
}

/// Adds the next version to a group.
pub fn register(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    mut group: groups::Group,
    request: CreateRequest,
) -> Result<Package, AwsError> {
    if let Some(token) = &request.client_token
        && let Some(first) = of_group(tx, region, &group.name)
            .into_iter()
            .find(|package| package.request.client_token.as_ref() == Some(token))
    {
        return Ok(first);
    }
    group.last_version += 1;
    let path = format!("{RESOURCE}/{}/{}", group.name, group.last_version);
    let package = Package {
        arn: cloud.arn("sagemaker", region, &path),
        version: group.last_version,
        approval_status: request
            .model_approval_status
            .unwrap_or(ApprovalStatus::PendingManualApproval),
        approval_description: None,
        customer_metadata: request.customer_metadata_properties.clone(),
        created: Timestamp::now(&cloud.world),
        modified: None,
        group: group.name.clone(),
        request,
    };
    groups::put(tx, region, &group);
    tags::create(tx, &package.arn, &package.request.tags);
    put(tx, region, &package);
    tx.emit(&event::changed(cloud, region, &package, &[]));
    Ok(package)
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let package = call
        .cloud
        .store
        .read(|tx| required(&call.cloud, tx, &call.region, &request.model_package_name))?;
    Ok(described(&package))
}

pub async fn list(call: Call, request: ListPackagesRequest) -> Reply {
    let packages = call
        .cloud
        .store
        .read(|tx| match &request.model_package_group_name {
            Some(group) => {
                let group = groups::required(&call.cloud, tx, &call.region, group)?;
                Ok(of_group(tx, &call.region, &group.name))
            }
            None => Ok::<_, AwsError>(rows::list(tx, &call.region)),
        })?;
    // There are versions only, so "Unversioned", AWS's default without a group, is empty.
    let unversioned = request.model_package_group_name.is_none()
        && !matches!(
            request.model_package_type.as_deref(),
            Some("Versioned" | "Both")
        );
    let listed = packages
        .into_iter()
        .filter(|package| {
            let wanted = request.model_approval_status;
            !unversioned && wanted.is_none_or(|status| status == package.approval_status)
        })
        .map(|package| Listed {
            name: package.name(),
            created: package.created,
            modified: package.modified.unwrap_or(package.created),
            status: "Completed",
            summary: summary(&package),
        });
    let page = page(
        listed.collect(),
        &ListRequest::from(request),
        SortOrder::Ascending,
    )?;
    Ok(json!({ "ModelPackageSummaryList": page.summaries, "NextToken": page.next_token }))
}

pub async fn update(call: Call, request: UpdateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut package = required(&call.cloud, tx, &call.region, &request.model_package_arn)?;
        let fields = apply(request, &mut package);
        package.modified = Some(Timestamp::now(&call.cloud.world));
        put(tx, &call.region, &package);
        tx.emit(&event::changed(
            &call.cloud,
            &call.region,
            &package,
            &fields,
        ));
        Ok(json!({ "ModelPackageArn": package.arn }))
    })
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let package = required(&call.cloud, tx, &call.region, &request.model_package_name)?;
        rows::delete(tx, &call.region, &package);
        tags::remove(tx, &package.arn);
        Ok(json!({}))
    })
}

/// By ARN or by `group/version`.
pub fn required(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> Result<Package, AwsError> {
    let path = names::of(name, RESOURCE);
    let found = path.rsplit_once('/').and_then(|(group, version)| {
        let version = version.parse().ok()?;
        rows::get(tx, region, group, version)
    });
    found.ok_or_else(|| {
        let arn = cloud.arn("sagemaker", region, &format!("{RESOURCE}/{path}"));
        AwsError::validation(format!("ModelPackage {arn} does not exist."))
    })
}

/// The answer of DescribeModelPackage; `Steps.X` of a RegisterModel step refers to its members.
pub fn described(package: &Package) -> Value {
    let request = &package.request;
    let mut described = summary(package);
    let more = json!({
        "InferenceSpecification": request.inference_specification,
        "ModelPackageStatusDetails": event::status_details(),
        "CertifyForMarketplace": false,
        "CreatedBy": created_by(),
        "MetadataProperties": request.metadata_properties,
        "ModelMetrics": request.model_metrics,
        "DriftCheckBaselines": request.drift_check_baselines,
        "LastModifiedTime": package.modified.map(Timestamp::seconds),
        "LastModifiedBy": package.modified.map(|_| created_by()),
        "ApprovalDescription": package.approval_description,
        "Domain": request.domain,
        "Task": request.task,
        "SamplePayloadUrl": request.sample_payload_url,
        "CustomerMetadataProperties": package.customer_metadata,
        "SkipModelValidation": request.skip_model_validation.as_deref().unwrap_or("None"),
        "SourceUri": request.source_uri,
    });
    extend(&mut described, more);
    described
}

fn summary(package: &Package) -> Value {
    json!({
        // A version has no name of its own; AWS's model requires one.
        "ModelPackageName": package.group,
        "ModelPackageGroupName": package.group,
        "ModelPackageVersion": package.version,
        "ModelPackageArn": package.arn,
        "ModelPackageDescription": package.request.model_package_description,
        "CreationTime": package.created.seconds(),
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": package.approval_status,
    })
}

/// Changes the package and answers which members changed, in the event's words.
fn apply(update: UpdateRequest, package: &mut Package) -> Vec<&'static str> {
    let mut fields = Vec::new();
    if let Some(status) = update.model_approval_status {
        package.approval_status = status;
        fields.push("ModelApprovalStatus");
    }
    if let Some(text) = update.approval_description {
        package.approval_description = Some(text);
        fields.push("ApprovalDescription");
    }
    if update.customer_metadata_properties.is_some()
        || update.customer_metadata_properties_to_remove.is_some()
    {
        fields.push("CustomerMetadataProperties");
    }
    for key in update
        .customer_metadata_properties_to_remove
        .unwrap_or_default()
    {
        package.customer_metadata.remove(&key);
    }
    let added = update.customer_metadata_properties.unwrap_or_default();
    package.customer_metadata.extend(added);
    if let Some(uri) = update.source_uri {
        package.request.source_uri = Some(uri);
        fields.push("SourceUri");
    }
    fields
}
