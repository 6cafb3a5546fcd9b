//! The comparison of a model version with the champion, while it runs and after it.

use contracts::keys;
use rollout::Rollout;

use super::Model;
use crate::account::Account;

/// `None` where the version was not compared.
pub async fn rollout(account: &Account, model: &Model) -> anyhow::Result<Option<Rollout>> {
    if let Some(uri) = &model.rollout_uri {
        return account.find_at(uri).await;
    }
    let current: Option<Rollout> = account.object(keys::ROLLOUT).await?;
    Ok(current.filter(|rollout| rollout.challenger.arn == model.arn))
}
