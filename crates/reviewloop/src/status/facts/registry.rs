//! The model versions, and the evidence about the newest.

use std::cmp::Reverse;

use aws_sdk_sagemaker::types::{ModelPackageSortBy, SortOrder};
use contracts::bias::Analysis;
use contracts::evaluation::Evaluation;
use contracts::names;
use contracts::verdict::Verdict;

use crate::account::Account;
use crate::evidence::{self, Model};
use crate::sentence::Sentence;

#[derive(Debug, Clone)]
pub struct Package {
    pub version: i32,
    pub arn: String,
    /// In seconds: in a group that was deleted and made again, another package has the same ARN.
    pub created: i64,
    pub approval: String,
    /// What the gate said, if it has; of the newest version alone.
    pub decision: Option<String>,
    /// Of the newest version alone.
    pub withdrawn: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Judged {
    pub verdict: Verdict,
    /// `None` where the gate could not read it either.
    pub evaluation: Option<Evaluation>,
}

/// Versions further back explain nothing about now, unless they are approved.
pub const PACKAGES: i32 = 20;

/// As the list has them, the newest first.
pub async fn packages(account: &Account) -> anyhow::Result<Vec<Package>> {
    let listed = account
        .sagemaker
        .list_model_packages()
        .model_package_group_name(names::model_package_group(&account.stack))
        .sort_by(ModelPackageSortBy::CreationTime)
        .sort_order(SortOrder::Descending)
        .max_results(PACKAGES)
        .send()
        .await
        .map_err(|error| error.sentence("list the model packages"))?;
    let summaries = listed.model_package_summary_list().iter();
    let mut packages: Vec<Package> = summaries
        .filter_map(|summary| {
            Some(Package {
                version: summary.model_package_version()?,
                arn: summary.model_package_arn()?.to_owned(),
                created: summary.creation_time().map_or(0, |time| time.secs()),
                approval: summary
                    .model_approval_status()
                    .map_or("unknown", |status| status.as_str())
                    .to_owned(),
                decision: None,
                withdrawn: None,
            })
        })
        .collect();
    packages.sort_by_key(|package| Reverse(package.version));
    Ok(packages)
}

/// The newest version, and what else there is to know of it.
pub async fn described(
    account: &Account,
    newest: Option<&mut Package>,
) -> anyhow::Result<Option<Model>> {
    let Some(newest) = newest else {
        return Ok(None);
    };
    let Some(model) = evidence::model_at(account, &newest.arn).await? else {
        return Ok(None);
    };
    newest.approval.clone_from(&model.approval);
    newest.decision.clone_from(&model.decision);
    newest.withdrawn.clone_from(&model.withdrawn);
    Ok(Some(model))
}

/// A version's reports do not change, so what the last look has of its newest version is kept.
pub async fn bias(
    account: &Account,
    newest: Option<&Model>,
    before: Option<(&Package, &Analysis)>,
) -> anyhow::Result<Option<Analysis>> {
    let Some(model) = newest else {
        return Ok(None);
    };
    match before.filter(|(package, _)| package.arn == model.arn) {
        Some((_, known)) => Ok(Some(known.clone())),
        None => evidence::bias(account, model).await,
    }
}

/// The evidence while a decision is pending.
pub async fn judged(account: &Account, newest: Option<&Model>) -> anyhow::Result<Option<Judged>> {
    let Some(model) = newest.filter(|model| model.approval == "PendingManualApproval") else {
        return Ok(None);
    };
    let evaluation = match model.evaluation_uri() {
        Some(uri) => account.find_at(uri).await?,
        None => None,
    };
    Ok(model.verdict.clone().map(|verdict| Judged {
        verdict,
        evaluation,
    }))
}
