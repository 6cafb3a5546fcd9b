//! Bias of the data and of a model's answers, as the registry names the reports.

use contracts::bias::Analysis;

use super::Model;
use crate::account::Account;

/// Both reports as one; `None` where the version has none, or none with metrics.
pub async fn bias(account: &Account, model: &Model) -> anyhow::Result<Option<Analysis>> {
    let mut whole: Option<Analysis> = None;
    for uri in &model.bias_reports {
        let Some(report) = account.find_at::<Analysis>(uri).await? else {
            continue;
        };
        whole = Some(match whole {
            Some(before) => before.with(report),
            None => report,
        });
    }
    Ok(whole.filter(Analysis::is_measured))
}
