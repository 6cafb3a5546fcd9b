//! Takes a version back that could not be deployed.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::verdict::{APPROVAL_DESCRIPTION_LIMIT, METADATA_WITHDRAWN};
use policy::desired::Package;
use tracing::warn;

use crate::Deps;

pub async fn package(deps: &Deps, package: &Package, mark: &str, reason: &str) -> Result<()> {
    warn!(
        model_package.arn = package.arn,
        mark, reason, "withdrew the version"
    );
    let description: String = format!("Withdrawn ({mark}): {reason}.")
        .chars()
        .take(APPROVAL_DESCRIPTION_LIMIT)
        .collect();
    deps.sagemaker
        .update_model_package()
        .model_package_arn(&package.arn)
        .model_approval_status(ModelApprovalStatus::Rejected)
        .approval_description(description)
        .customer_metadata_properties(METADATA_WITHDRAWN, mark)
        .send()
        .await
        .map(drop)
        .with_context(|| format!("reject {}", package.arn))
}
