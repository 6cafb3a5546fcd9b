//! Model packages: versions of a group, with their metrics and their approval.

mod event;
mod request;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::groups;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names::{self, created_by};
use local_core::store::{Table, Tx};
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

pub use request::{CreateRequest, ListPackagesRequest, NameRequest, UpdateRequest};

const PACKAGES: Table<Package> = Table::new("sagemaker/model-package");
const RESOURCE: &str = "model-package";

/// AWS's limit on `ApprovalDescription`.
const MAX_APPROVAL_DESCRIPTION: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApprovalStatus {
    Approved,
    Rejected,
    PendingManualApproval,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Package {
    pub arn: String,
    pub version: u32,
    pub approval_status: ApprovalStatus,
    pub approval_description: Option<String>,
    pub customer_metadata: BTreeMap<String, String>,
    pub created: Timestamp,
    pub modified: Option<Timestamp>,
    /// What it was registered with.
    pub request: CreateRequest,
    pub group: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let name = request.model_package_group_name.as_deref();
        let Some(name) = name else {
            return Err(AwsError::unsupported(
                "local-aws registers versions only: CreateModelPackage needs ModelPackageGroupName",
            ));
        };
        let group = groups::existing(&call.cloud, tx, &call.region, name)?;
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
        .read(|tx| existing(&call.cloud, tx, &call.region, &request.model_package_name))?;
    Ok(described(&package))
}

pub async fn list(call: Call, request: ListPackagesRequest) -> Reply {
    let packages = call
        .cloud
        .store
        .read(|tx| match &request.model_package_group_name {
            Some(group) => {
                let group = groups::existing(&call.cloud, tx, &call.region, group)?;
                Ok(of_group(tx, &call.region, &group.name))
            }
            None => Ok::<_, AwsError>(values(tx, &call.region)),
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
            name: key(&package.group, package.version),
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
    if let Some(text) = &request.approval_description
        && text.chars().count() > MAX_APPROVAL_DESCRIPTION
    {
        return Err(names::constraint(
            "ApprovalDescription",
            text,
            &format!("have length less than or equal to {MAX_APPROVAL_DESCRIPTION}"),
        ));
    }
    call.cloud.store.write(|tx| {
        let mut package = existing(&call.cloud, tx, &call.region, &request.model_package_arn)?;
        let fields = request.apply(&mut package);
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
        let package = existing(&call.cloud, tx, &call.region, &request.model_package_name)?;
        PACKAGES.delete(tx, &call.region, &key(&package.group, package.version));
        tags::remove(tx, &package.arn);
        Ok(json!({}))
    })
}

/// By ARN or by `group/version`.
pub fn existing(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> Result<Package, AwsError> {
    let path = names::of(name, RESOURCE);
    let found = path.rsplit_once('/').and_then(|(group, version)| {
        let version = version.parse().ok()?;
        PACKAGES.get(tx, region, &key(group, version))
    });
    found.ok_or_else(|| {
        let arn = cloud.arn("sagemaker", region, &format!("{RESOURCE}/{path}"));
        AwsError::validation(format!("ModelPackage {arn} does not exist."))
    })
}

pub fn any_in(tx: &Tx, region: &str, group: &str) -> bool {
    !of_group(tx, region, group).is_empty()
}

/// What DescribeModelPackage answers, also what `Steps.X` of a RegisterModel step refers to.
pub fn described(package: &Package) -> Value {
    let request = &package.request;
    let mut described = summary(package);
    let more = json!({
        "InferenceSpecification": request.inference_specification,
        "ModelPackageStatusDetails": status_details(),
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
    for (member, value) in more.as_object().into_iter().flatten() {
        described[member] = value.clone();
    }
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

fn status_details() -> Value {
    json!({ "ValidationStatuses": [], "ImageScanStatuses": [] })
}

fn of_group(tx: &Tx, region: &str, group: &str) -> Vec<Package> {
    let mut packages = values(tx, region);
    packages.retain(|package| package.group == group);
    packages
}

fn values(tx: &Tx, region: &str) -> Vec<Package> {
    let packages = PACKAGES.list(tx, region);
    packages.into_iter().map(|(_, package)| package).collect()
}

fn put(tx: &Tx, region: &str, package: &Package) {
    PACKAGES.put(tx, region, &key(&package.group, package.version), package);
}

/// Padded, so that names sort as versions do.
fn key(group: &str, version: u32) -> String {
    format!("{group}/{version:08}")
}
