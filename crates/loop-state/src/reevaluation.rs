//! Whether the last run's model was evaluated against a champion or an anchor of the past.

use anyhow::Result;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::run::Run;
use contracts::verdict::METADATA_VERDICT_URI;
use policy::single_flight;

use crate::objects::Bucket;
use crate::{incumbents, packages};

/// True where the run's model is judged, still waits for a decision, and its incumbents have changed since.
/// The model is described only where they have changed. While the pin names a version that is not
/// approved, the champion is not known, and nothing is outdated.
pub async fn is_outdated(
    sagemaker: &aws_sdk_sagemaker::Client,
    bucket: &Bucket,
    group: &str,
    run: Option<&Run>,
) -> Result<bool> {
    let Some(run) = run.filter(|run| single_flight::may_evaluate_again(run)) else {
        return Ok(false);
    };
    let registry = packages::registry(sagemaker, bucket, group).await?;
    let packages = &registry.packages;
    let champion = incumbents::champion(&registry);
    if champion.doubt.is_some()
        || !single_flight::incumbents_changed(run, packages, champion.package)
    {
        return Ok(false);
    }
    let model = packages
        .iter()
        .find(|package| run.model_package_arn.as_ref() == Some(&package.arn));
    // Removed since, or none was registered.
    let Some(model) = model else {
        return Ok(false);
    };
    let package = packages::describe(sagemaker, &model.arn).await?;
    let metadata = package.customer_metadata_properties.unwrap_or_default();
    Ok(
        package.model_approval_status == Some(ModelApprovalStatus::PendingManualApproval)
            && metadata.contains_key(METADATA_VERDICT_URI),
    )
}
