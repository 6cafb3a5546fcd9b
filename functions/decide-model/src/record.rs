//! The votes about a version, and the decision that they make.

use anyhow::{Context, Result, bail};
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::approval::{Approvals, Choice, Decided, Vote};
use contracts::keys;
use loop_state::objects::{self, Found};
use loop_state::packages;
use policy::approval::{self, Refusal};
use tracing::info;

use crate::Deps;
use crate::version::Pending;

/// Approvers who vote at the same moment are few.
const MAXIMUM_RACES: u32 = 20;

pub async fn read(deps: &Deps, version: i32) -> Result<Approvals> {
    let found = objects::read(&deps.bucket, &keys::approvals(version)).await?;
    Ok(found.map(|found| found.value).unwrap_or_default())
}

/// The decision is stored with the vote that makes it.
pub async fn vote(
    deps: &Deps,
    pending: &Pending,
    vote: &Vote,
) -> Result<Result<Approvals, Refusal>> {
    let (approvers, since) = (deps.config.approvers, pending.since);
    change(deps, pending.version, |before| {
        approval::with(before, vote.clone(), approvers, since)
    })
    .await
}

/// Writes a decision to the registry, unless another came first: SageMaker has no condition for it, so the version is
/// looked at right before. After a crash in between, whoever looks at the version next does this again.
pub async fn apply(deps: &Deps, pending: &Pending, decided: &Decided) -> Result<()> {
    let package = packages::describe(&deps.sagemaker, &pending.arn).await?;
    if package.model_approval_status != Some(ModelApprovalStatus::PendingManualApproval) {
        return Ok(());
    }
    let choice = decided.choice;
    let status = match choice {
        Choice::Approve => ModelApprovalStatus::Approved,
        Choice::Reject => ModelApprovalStatus::Rejected,
    };
    let update = deps.sagemaker.update_model_package();
    let update = update
        .model_package_arn(&pending.arn)
        .model_approval_status(status)
        .approval_description(&decided.description);
    let updated = update.send().await;
    updated.with_context(|| format!("update {}", pending.arn))?;
    info!(model_package.arn = pending.arn, ?choice, "people decided");
    Ok(())
}

async fn change(
    deps: &Deps,
    version: i32,
    rule: impl Fn(&Approvals) -> Result<Approvals, Refusal>,
) -> Result<Result<Approvals, Refusal>> {
    let key = keys::approvals(version);
    for _ in 0..MAXIMUM_RACES {
        let found: Option<Found<Approvals>> = objects::read(&deps.bucket, &key).await?;
        let (before, etag) = match found {
            Some(found) => (found.value, Some(found.etag)),
            None => (Approvals::default(), None),
        };
        let after = match rule(&before) {
            Ok(after) => after,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let is_kept = match etag {
            _ if after == before => true,
            Some(etag) => objects::replace(&deps.bucket, &key, &after, &etag).await?,
            None => objects::create(&deps.bucket, &key, &after).await?,
        };
        if is_kept {
            return Ok(Ok(after));
        }
    }
    bail!("others changed {key} first {MAXIMUM_RACES} times")
}
