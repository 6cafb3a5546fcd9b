//! What is kept of the calls: counted before they are made, accepted or refused after.

use anyhow::Result;
use contracts::deployment::{Deployment, Refused};
use contracts::keys;
use loop_state::deployments::{self, Plan};
use loop_state::objects::{self, Bucket, Found};
use loop_state::packages;
use loop_state::refusal::Refusal;
use policy::deployment::Endpoint;
use policy::refusal::Kind;

use crate::Deps;

/// Counts the attempt before the call is made; `None` where another invocation counted first.
pub async fn count(
    deps: &Deps,
    plan: &Plan,
    live: Option<Endpoint<'_>>,
    package_modified: String,
) -> Result<Option<Found<Deployment>>> {
    let bucket = &deps.bucket;
    let before = match &plan.record {
        // The version was live before and is wanted again: its record starts afresh.
        Some(found) if found.value.confirmed => {
            deployments::note_live(bucket, &found.value).await?;
            Deployment::default()
        }
        Some(found) => found.value.clone(),
        None => Deployment::default(),
    };
    let attempt = Deployment {
        // After a delete and re-create there is no current config; the first attempt's is kept.
        from: live.map(|live| live.config.to_owned()).or(before.from),
        endpoint_modified: live.map(|live| live.last_modified_time.to_owned()),
        attempts: before.attempts + 1,
        asked_at: Some(deps.clock.now()),
        package_modified: Some(package_modified),
        refused: before.refused,
        ..plan.unasked()
    };
    let key = keys::deployment(&plan.config);
    let counted = match &plan.record {
        Some(found) => objects::replace(bucket, &key, &attempt, &found.etag).await?,
        None => objects::create(bucket, &key, &attempt).await?,
    };
    if counted {
        objects::read(bucket, &key).await
    } else {
        Ok(None)
    }
}

/// Notes that the endpoint took the call.
pub async fn accept(bucket: &Bucket, record: &Found<Deployment>) -> Result<()> {
    if record.value.accepted {
        return Ok(());
    }
    let accepted = Deployment {
        accepted: true,
        refused: None,
        stuck: None,
        ..record.value.clone()
    };
    replace(bucket, record, &accepted).await
}

/// Notes that the call was refused, and takes the attempt back where none was made.
pub async fn refuse(bucket: &Bucket, record: &Found<Deployment>, refusal: &Refusal) -> Result<()> {
    let before = &record.value;
    let is_busy = refusal.kind == Kind::Busy;
    let taken_back = u32::from(refusal.kind != Kind::Fault);
    let refused = Deployment {
        attempts: before.attempts.saturating_sub(taken_back),
        refused: if is_busy {
            before.refused.clone()
        } else {
            Some(Refused {
                reason: refusal.reason.clone(),
                times: 1 + before.refused.as_ref().map_or(0, |refused| refused.times),
                lasting: refusal.kind == Kind::Lasting,
            })
        },
        stuck: (!is_busy).then(|| refusal.reason.clone()),
        ..before.clone()
    };
    replace(bucket, record, &refused).await
}

/// Keeps the reason where `status` reads it.
pub async fn stuck(deps: &Deps, plan: &Plan, reason: &str) -> Result<()> {
    let bucket = &deps.bucket;
    let stuck = Some(reason.to_owned());
    let Some(record) = &plan.record else {
        let package = packages::describe(&deps.sagemaker, &plan.introduced().arn).await?;
        let record = Deployment {
            asked_at: Some(deps.clock.now()),
            package_modified: Some(packages::modified(&package)),
            stuck,
            ..plan.unasked()
        };
        let key = keys::deployment(&plan.config);
        return objects::create(bucket, &key, &record).await.map(drop);
    };
    if record.value.stuck == stuck {
        return Ok(());
    }
    let value = Deployment {
        stuck,
        ..record.value.clone()
    };
    replace(bucket, record, &value).await
}

/// Losing this race is no matter: another invocation has noted more.
async fn replace(bucket: &Bucket, record: &Found<Deployment>, value: &Deployment) -> Result<()> {
    let key = keys::deployment(&value.endpoint_config);
    objects::replace(bucket, &key, value, &record.etag)
        .await
        .map(drop)
}
