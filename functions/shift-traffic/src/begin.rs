//! The next comparison: of the newest version that the gate did not reject, with the champion.

use std::cmp::Reverse;

use anyhow::Result;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::keys;
use contracts::moment::Moment;
use contracts::verdict::Decision;
use loop_state::objects;
use loop_state::packages;
use policy::desired::Package;
use rollout::{Counts, Kind, Plan, Rollout, State, Strategy, Trial, Version, id};
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
    let Some(challenger) = candidate(deps, &champion).await? else {
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
async fn candidate(deps: &Deps, champion: &Version) -> Result<Option<Version>> {
    let group = &deps.config.hosted.model_package_group;
    let pending = ModelApprovalStatus::PendingManualApproval;
    let pending = packages::of_status(&deps.sagemaker, group, pending, None).await?;
    let versions = pending.into_iter().filter_map(|summary| {
        Some(Version {
            number: summary.model_package_version?,
            arn: summary.model_package_arn?,
            created: summary.creation_time.map_or(0, |time| time.secs()),
        })
    });
    let mut newer: Vec<Version> = versions
        .filter(|version| version.number > champion.number)
        .collect();
    newer.sort_by_key(|version| Reverse(version.number));
    for version in newer {
        let ended = keys::ended_rollout(&id(champion.named(), version.named()));
        if !objects::exists(&deps.bucket, &ended).await? && is_admitted(deps, &version.arn).await? {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

/// Judged: approved by the gate, or left open.
async fn is_admitted(deps: &Deps, arn: &str) -> Result<bool> {
    let decision = packages::decision(&deps.sagemaker, arn).await?;
    Ok(matches!(
        decision,
        Some(Decision::Approved | Decision::Inconclusive)
    ))
}

fn begun(
    deps: &Deps,
    now: Moment,
    champion: Version,
    challenger: Version,
    strategy: &Strategy,
) -> Result<Rollout> {
    Ok(Rollout {
        id: id(champion.named(), challenger.named()),
        strategy: strategy.clone(),
        started_at: now,
        deadline: deadline(deps, now),
        trial: Trial::start(plan(deps, strategy))?,
        counted: std::collections::BTreeSet::new(),
        refused: None,
        labels_after: Moment(challenger.created * 1000),
        batches: 0,
        batch: None,
        looks: Vec::new(),
        shifts: Vec::new(),
        rewards: None,
        watching: None,
        findings: Vec::new(),
        watched: Vec::new(),
        state: State::Active,
        champion,
        challenger,
    })
}

/// Of a trial that begins now.
pub fn deadline(deps: &Deps, now: Moment) -> Moment {
    Moment(now.0 + i64::from(deps.config.days) * MILLISECONDS_A_DAY)
}

/// By what the strategy counts: labelled rows or rewards.
pub fn plan(deps: &Deps, strategy: &Strategy) -> Plan {
    let settings = &deps.config;
    let audited = Kind {
        inclusion_probability: settings.audit_rate,
        ..Kind::ALL
    };
    match strategy.counts() {
        Counts::Labels => Plan::paired(settings.margin, settings.budget, &[audited]),
        Counts::Rewards => Plan::rewarded(settings.margin, settings.rewards),
    }
}

fn version(package: &Package) -> Version {
    Version {
        number: package.version,
        arn: package.arn.clone(),
        created: package.created,
    }
}
