//! The next comparison: of the newest version that the gate did not reject, with the champion.

use std::cmp::Reverse;

use anyhow::Result;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::keys;
use contracts::moment::Moment;
use contracts::verdict::{Decision, METADATA_DECISION};
use loop_state::objects;
use loop_state::packages;
use policy::desired::Package;
use rollout::{Kind, Plan, Rollout, State, Strategy, Trial, Version, id};
use tracing::info;

use crate::Deps;
use crate::look::Look;

const MILLISECONDS_A_DAY: i64 = 24 * 3600 * 1000;

/// Begins it; `false` where no version waits for one.
pub async fn next(deps: &Deps, look: &Look, strategy: &Strategy) -> Result<bool> {
    let Some(champion) = &look.champion else {
        return Ok(false);
    };
    let champion = version(champion);
    let Some(challenger) = candidate(deps, look, &champion).await? else {
        return Ok(false);
    };
    let rollout = begun(deps, look.now, champion, challenger, strategy)?;
    let is_begun = match look.ended_etag() {
        Some(etag) => objects::replace(&deps.bucket, keys::ROLLOUT, &rollout, etag).await?,
        None => objects::create(&deps.bucket, keys::ROLLOUT, &rollout).await?,
    };
    if is_begun {
        info!(rollout.id = rollout.id, "began a comparison");
    }
    Ok(true)
}

/// Of the versions above the champion that wait for a decision and were not compared with it yet, the newest.
async fn candidate(deps: &Deps, look: &Look, champion: &Version) -> Result<Option<Version>> {
    let mut newer: Vec<&Package> = look
        .registry
        .packages
        .iter()
        .filter(|package| package.version > champion.number && !package.approved)
        .collect();
    newer.sort_by_key(|package| Reverse(package.version));
    for package in newer {
        let candidate = version(package);
        let ended = keys::ended_rollout(&id(champion.named(), candidate.named()));
        if is_admitted(deps, &package.arn).await? && !objects::exists(&deps.bucket, &ended).await? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Pending, and judged: approved by the gate, or left open.
async fn is_admitted(deps: &Deps, arn: &str) -> Result<bool> {
    let package = packages::describe(&deps.sagemaker, arn).await?;
    let is_pending =
        package.model_approval_status == Some(ModelApprovalStatus::PendingManualApproval);
    let metadata = package.customer_metadata_properties.unwrap_or_default();
    let decision = metadata.get(METADATA_DECISION).map(String::as_str);
    let admitted = [Decision::Approved, Decision::Inconclusive].map(|of| format!("{of:?}"));
    Ok(is_pending && admitted.iter().any(|of| Some(of.as_str()) == decision))
}

fn begun(
    deps: &Deps,
    now: Moment,
    champion: Version,
    challenger: Version,
    strategy: &Strategy,
) -> Result<Rollout> {
    let settings = &deps.config;
    let audited = Kind {
        inclusion_probability: settings.audit_rate,
        ..Kind::ALL
    };
    let plan = Plan::paired(settings.margin, settings.budget, &[audited]);
    Ok(Rollout {
        id: id(champion.named(), challenger.named()),
        strategy: strategy.clone(),
        started_at: now,
        deadline: Moment(now.0 + i64::from(settings.days) * MILLISECONDS_A_DAY),
        trial: Trial::start(plan)?,
        counted: std::collections::BTreeSet::new(),
        refused: None,
        labels_after: Moment(challenger.created * 1000),
        batches: 0,
        batch: None,
        looks: Vec::new(),
        state: State::Active,
        champion,
        challenger,
    })
}

fn version(package: &Package) -> Version {
    Version {
        number: package.version,
        arn: package.arn.clone(),
        created: package.created,
    }
}
