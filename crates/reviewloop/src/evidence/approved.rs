//! The approved model versions: what decides which one should be live.

use anyhow::Context;
use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::names;
use policy::desired::Package;

use crate::account::Account;
use crate::sentence::Sentence;

/// All of them, however many versions came after.
pub async fn approved(account: &Account) -> anyhow::Result<Vec<Package>> {
    let list = account.sagemaker.list_model_packages();
    let list = list.model_package_group_name(names::model_package_group(&account.stack));
    let list = list.model_approval_status(ModelApprovalStatus::Approved);
    let mut pages = list.max_results(100).into_paginator().send();
    let mut approved = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| error.sentence("list the approved model versions"))?;
        for summary in page.model_package_summary_list() {
            let (version, arn) = (summary.model_package_version(), summary.model_package_arn());
            approved.push(Package {
                version: version.context("a model package has no version")?,
                arn: arn.context("a model package has no ARN")?.to_owned(),
                created: summary.creation_time().map_or(0, |time| time.secs()),
                approved: true,
            });
        }
    }
    Ok(approved)
}
