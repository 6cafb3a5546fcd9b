//! The comparison of a model version with the champion, while it runs and after it.

use contracts::keys;
use rollout::{Rollout, State};

use super::Model;
use crate::account::Account;

/// The one that runs, else the one that ended last; `None` where the version was not compared.
pub async fn rollout(account: &Account, model: &Model) -> anyhow::Result<Option<Rollout>> {
    let created = model.created.map(|time| time.unix_timestamp());
    let is_of_model = |rollout: &Rollout| {
        let challenger = &rollout.challenger;
        challenger.arn == model.arn && created.is_none_or(|created| challenger.created == created)
    };
    let current: Option<Rollout> = account.object(keys::ROLLOUT).await?;
    if let Some(current) = current.filter(is_of_model) {
        return Ok(Some(current));
    }
    let mut ended = Vec::new();
    for key in account.keys(&keys::rollouts_of(model.version)).await? {
        if keys::is_ended_rollout(&key) {
            let kept: Option<Rollout> = account.object(&key).await?;
            ended.extend(kept.filter(is_of_model));
        }
    }
    Ok(ended.into_iter().max_by_key(|rollout| match rollout.state {
        State::Ended { at, .. } => at.0,
        _ => 0,
    }))
}
