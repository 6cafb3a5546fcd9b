//! A comparison's end: its record is kept, and the registry says what was decided.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::keys;
use contracts::verdict::{APPROVAL_DESCRIPTION_LIMIT, METADATA_ROLLOUT_URI};
use loop_state::objects::{self, Found};
use loop_state::packages;
use policy::gate::ApprovalMode;
use rollout::{End, Rollout, State};
use tracing::info;

use crate::look::Look;
use crate::{Deps, Outcome};

/// Ends the comparison as it was decided.
pub async fn apply(deps: &Deps, look: &Look, found: &Found<Rollout>) -> Result<Option<Outcome>> {
    let State::Decided { end, reason } = &found.value.state else {
        return Ok(None);
    };
    register(deps, &found.value, *end, reason).await?;
    self::end(deps, look, found, *end, reason.clone()).await
}

/// Keeps the record under the comparison's own name first: where it lies, the comparison is not begun again.
pub async fn end(
    deps: &Deps,
    look: &Look,
    found: &Found<Rollout>,
    end: End,
    reason: String,
) -> Result<Option<Outcome>> {
    let ended = found.value.clone().ended(end, reason.clone(), look.now);
    objects::create(&deps.bucket, &keys::ended_rollout(&ended.id), &ended).await?;
    if !objects::replace(&deps.bucket, keys::ROLLOUT, &ended, &found.etag).await? {
        return Ok(None);
    }
    let (challenger, champion) = (ended.challenger.number, ended.champion.number);
    info!(
        challenger,
        champion,
        ?end,
        reason,
        "the comparison has ended"
    );
    Ok(Some(Outcome::Ended {
        challenger,
        champion,
        end,
        reason,
    }))
}

/// Writes the decision to the registry, unless a person came first: SageMaker has no condition for it, so the version is
/// looked at right before. In manual mode a promotion is a recommendation.
async fn register(deps: &Deps, rollout: &Rollout, end: End, reason: &str) -> Result<()> {
    let arn = &rollout.challenger.arn;
    let package = packages::describe(&deps.sagemaker, arn).await?;
    if package.model_approval_status != Some(ModelApprovalStatus::PendingManualApproval) {
        return Ok(());
    }
    let status = match end {
        End::Promoted if deps.config.approval_mode == ApprovalMode::Automatic => {
            Some(ModelApprovalStatus::Approved)
        }
        End::RolledBack => Some(ModelApprovalStatus::Rejected),
        _ => None,
    };
    let uri = keys::s3_uri(&deps.bucket.name, &keys::ended_rollout(&rollout.id));
    let word = match end {
        End::Promoted => "passed",
        End::RolledBack => "rejected",
        _ => "inconclusive",
    };
    let description = format!("Rollout {word}, {reason}. Record: {uri}");
    let description: String = description
        .chars()
        .take(APPROVAL_DESCRIPTION_LIMIT)
        .collect();
    let update = deps.sagemaker.update_model_package();
    let updated = update
        .model_package_arn(arn)
        .set_model_approval_status(status)
        .approval_description(description)
        .customer_metadata_properties(METADATA_ROLLOUT_URI, &uri)
        .send()
        .await;
    updated.map(drop).with_context(|| format!("update {arn}"))
}
