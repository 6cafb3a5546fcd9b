//! Ends the wait of one of the two versions that another evaluation leaves of the same model.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::ModelApprovalStatus as Status;
use contracts::run::Run;
use contracts::verdict::APPROVAL_DESCRIPTION_LIMIT;
use loop_state::packages;
use tracing::info;

use crate::Deps;

/// Rejects the earlier version if it still waits for a decision, else the later one if that still
/// waits. `later` is the version that the run's execution has registered. Where its model is another
/// one, because the training was not taken from the step cache, both keep waiting. Made before the run
/// is concluded, so that the next invocation repeats it after a crash.
pub async fn versions(deps: &Deps, run: &Run, later: Option<&str>) -> Result<()> {
    let (Some(earlier), Some(later)) = (run.earlier_model_package_arn.as_deref(), later) else {
        return Ok(());
    };
    let known = packages::list(&deps.sagemaker, &deps.config.model_package_group).await?;
    let number = |arn: &str| {
        let package = known.iter().find(|package| package.arn == arn);
        package.map(|package| package.version)
    };
    // One of them may have been deleted.
    let (Some(earlier_number), Some(later_number)) = (number(earlier), number(later)) else {
        return Ok(());
    };
    let ours = format!("Evaluated again as version {later_number}.");
    let first = packages::describe(&deps.sagemaker, earlier).await?;
    let second = packages::describe(&deps.sagemaker, later).await?;
    if packages::model_data(&first) != packages::model_data(&second) {
        return Ok(());
    }
    if first.model_approval_status == Some(Status::PendingManualApproval) {
        return reject(deps, earlier, &ours).await;
    }
    // Rejected by this function, before it ended without concluding the run.
    if first.model_approval_status == Some(Status::Rejected)
        && first.approval_description.as_deref() == Some(&ours)
    {
        return Ok(());
    }
    if second.model_approval_status != Some(Status::PendingManualApproval) {
        return Ok(());
    }
    let reason =
        format!("The same model as version {earlier_number}, which was decided meanwhile.");
    reject(deps, later, &reason).await
}

async fn reject(deps: &Deps, arn: &str, reason: &str) -> Result<()> {
    let description: String = reason.chars().take(APPROVAL_DESCRIPTION_LIMIT).collect();
    let update = deps.sagemaker.update_model_package().model_package_arn(arn);
    update
        .model_approval_status(Status::Rejected)
        .approval_description(description)
        .send()
        .await
        .with_context(|| format!("reject {arn}"))?;
    info!(model_package.arn = arn, reason, "rejected the version");
    Ok(())
}
