//! Bias of the data and of a model's answers, as the registry names the reports.

use contracts::bias::Analysis;

use super::Model;
use crate::account::Account;

/// Both reports as one; `None` where the version has none, or none with metrics.
pub async fn bias(account: &Account, model: &Model) -> anyhow::Result<Option<Analysis>> {
    let before = read(account, model.bias_of_data.as_deref()).await?;
    let after = read(account, model.bias_of_answers.as_deref()).await?;
    let whole = match (before, after) {
        (Some(before), Some(after)) => Some(before.with(after)),
        (before, after) => before.or(after),
    };
    Ok(whole.filter(Analysis::is_measured))
}

/// A version that a person has registered may have another program's report, or one that we may not read: no reason
/// to show nothing else.
async fn read(account: &Account, uri: Option<&str>) -> anyhow::Result<Option<Analysis>> {
    let Some(uri) = uri else {
        return Ok(None);
    };
    Ok(account.find_at(uri).await.unwrap_or_else(|error| {
        tracing::warn!("no bias of {uri}: {error:#}");
        None
    }))
}
