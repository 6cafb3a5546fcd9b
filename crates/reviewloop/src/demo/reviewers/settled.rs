//! Whether people are done.

use std::collections::BTreeSet;

use contracts::keys;
use contracts::review::HumanLoopRecord;

use crate::account::Account;

/// Whether every text that people were asked about has its label, or none: they disagreed, or it was given up.
pub async fn are_settled(account: &Account) -> anyhow::Result<bool> {
    let labels = account.keys(keys::LABELS).await?;
    let labels: BTreeSet<&str> = labels
        .iter()
        .filter_map(|key| keys::label_text_hash(key))
        .collect();
    for key in account.keys(keys::HUMAN_LOOPS).await? {
        if keys::human_loop_text_hash(&key).is_some_and(|hash| labels.contains(hash)) {
            continue;
        }
        let record = account.object::<HumanLoopRecord>(&key).await?;
        if record.is_none_or(|it| !it.postponed && it.stuck.is_none()) {
            return Ok(false);
        }
    }
    Ok(true)
}
