//! The votes about a version, and the decision that they make.

use anyhow::{Context, Result, bail};
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::approval::{Approvals, Choice, Vote};
use contracts::keys;
use loop_state::objects::{self, Found};
use policy::approval::{self, Refusal, Standing};
use tracing::info;

use crate::Deps;
use crate::version::Pending;

/// Approvers who vote at the same moment are few.
const MAXIMUM_RACES: u32 = 20;

pub async fn read(deps: &Deps, version: i32) -> Result<Approvals> {
    let found = objects::read(&deps.bucket, &keys::approvals(version)).await?;
    Ok(found.map(|found| found.value).unwrap_or_default())
}

pub async fn vote(deps: &Deps, version: i32, vote: &Vote) -> Result<Result<Approvals, Refusal>> {
    let approvers = deps.config.approvers;
    change(deps, version, |before| {
        approval::with(before, vote.clone(), approvers)
    })
    .await
}

/// Writes a decision to the registry. The votes are stored before, so that a crash in between is mended by whoever
/// opens the version next.
pub async fn settle(
    deps: &Deps,
    pending: &Pending,
    approvals: &Approvals,
) -> Result<Option<Choice>> {
    let now = deps.clock.moment();
    let Standing::Decided(choice) = approval::standing(approvals, deps.config.approvers, now)
    else {
        return Ok(None);
    };
    let status = match choice {
        Choice::Approve => ModelApprovalStatus::Approved,
        Choice::Reject => ModelApprovalStatus::Rejected,
    };
    let update = deps.sagemaker.update_model_package();
    let update = update
        .model_package_arn(&pending.arn)
        .model_approval_status(status)
        .approval_description(approval::description(approvals, choice, now));
    let updated = update.send().await;
    updated.with_context(|| format!("update {}", pending.arn))?;
    info!(model_package.arn = pending.arn, ?choice, "people decided");
    let applied = change(deps, pending.version, |before| {
        let applied_at = before.applied_at.max(Some(now));
        Ok::<_, Refusal>(Approvals {
            applied_at,
            ..before.clone()
        })
    });
    applied.await?.map(|_| Some(choice)).context("note it")
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
