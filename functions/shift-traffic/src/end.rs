//! A comparison's end: its record is kept, and the registry says what was decided.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::keys;
use contracts::verdict::{APPROVAL_DESCRIPTION_LIMIT, METADATA_ROLLOUT_URI};
use loop_state::objects::{self, Found};
use loop_state::packages;
use policy::gate::ApprovalMode;
use rollout::{End, Rollout};
use tracing::info;

use crate::look::Look;
use crate::{Deps, Outcome};

/// Ends the comparison as it was decided. Every end is in the record before anything follows from it, so whoever comes
/// after a crash does the same again.
pub async fn apply(deps: &Deps, look: &Look, found: &Found<Rollout>) -> Result<Option<Outcome>> {
    let rollout = &found.value;
    let Some((end, reason)) = rollout.end() else {
        return Ok(None);
    };
    let ended = rollout.clone().ended(end, reason.to_owned(), look.now);
    let key = kept(&ended, end);
    objects::create(&deps.bucket, &key, &ended).await?;
    if look.is_challenger_there() {
        register(deps, rollout, end, reason, &key).await?;
    }
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
        reason: reason.to_owned(),
    }))
}

/// Where the record is kept. One that ended with its champion, or with the stack's rollout, lies beside the others: where that comes
/// back, the comparison is begun again, and finds its batches and scores.
fn kept(rollout: &Rollout, end: End) -> String {
    if matches!(end, End::ChampionChanged | End::SwitchedOff) {
        keys::broken_off_rollout(&rollout.id, rollout.started_at)
    } else {
        keys::ended_rollout(&rollout.id)
    }
}

/// The stack compares no versions any more: what waits for a decision waits for a person.
pub async fn switch_off(deps: &Deps) -> Result<()> {
    let found: Option<Found<Rollout>> = objects::read(&deps.bucket, keys::ROLLOUT).await?;
    let Some(found) = found.filter(|found| found.value.is_active()) else {
        return Ok(());
    };
    let reason = "Rollout is none".to_owned();
    let now = deps.clock.moment();
    let ended = found.value.ended(End::SwitchedOff, reason, now);
    objects::create(&deps.bucket, &kept(&ended, End::SwitchedOff), &ended).await?;
    objects::replace(&deps.bucket, keys::ROLLOUT, &ended, &found.etag)
        .await
        .map(drop)
}

/// Of a reason in the registry.
const MOST_LETTERS: usize = 600;

/// Writes the decision to the registry, unless a person came first: SageMaker has no condition for it, so the version is
/// looked at right before. In manual mode a promotion is a recommendation.
async fn register(deps: &Deps, rollout: &Rollout, end: End, reason: &str, key: &str) -> Result<()> {
    let word = match end {
        End::Promoted => "passed",
        End::RolledBack => "rejected",
        End::Inconclusive => "inconclusive",
        End::GivenUp => "given up",
        End::NotDeployed => "not deployed",
        End::DecidedByPerson | End::ChampionChanged | End::SwitchedOff => {
            return Ok(());
        }
    };
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
    let uri = keys::s3_uri(&deps.bucket.name, key);
    // The address of the record stands behind it, whatever a job says of its failure.
    let reason: String = reason.chars().take(MOST_LETTERS).collect();
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
