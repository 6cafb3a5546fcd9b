//! Returns to a version that was live before: the versions above it are rejected with the reason, so that the
//! registry alone says which version is desired.

use std::time::Instant;

use anyhow::{Context, bail, ensure};
use aws_sdk_sagemaker::types::ModelApprovalStatus::{Approved, Rejected};
use contracts::deployment::{LiveVersion, Pin, is_of_package};
use contracts::{keys, names};
use policy::rollback::{self, Version};

use super::decide;
use super::serving::{Change, converge};
use crate::account::Account;
use crate::arguments::Rollback;
use crate::output::Output;
use crate::sentence::Sentence;

pub async fn rollback(account: &Account, wanted: &Rollback, output: &Output) -> anyhow::Result<()> {
    let began = Instant::now();
    decide::check_reason(&wanted.reason)?;
    if let Some(pin) = account.object::<Pin>(keys::PIN).await? {
        bail!(
            "version {} is pinned ({}); pin another one with reviewloop pin VERSION --reason …, or unpin it first",
            pin.version,
            pin.reason
        );
    }
    let approved = approved(account).await?;
    let plan = rollback::plan(&approved, wanted.model_version).map_err(anyhow::Error::msg)?;
    let to = plan.to;
    let description = format!("rolled back to version {to}: {}", wanted.reason);
    // In ascending order: while the highest is approved, no event deploys a version between.
    for version in plan.rejected {
        decide::update(account, version, Rejected, &description).await?;
    }
    let change = Change {
        what: format!("rolled back to version {to}"),
        version: Some(to),
        wait: !wanted.no_wait,
        began,
        output,
    };
    converge(account, change).await
}

/// The approved versions, and which of them were live once.
async fn approved(account: &Account) -> anyhow::Result<Vec<Version>> {
    let list = account.sagemaker.list_model_packages();
    let list = list.model_package_group_name(names::model_package_group(&account.stack));
    let list = list.model_approval_status(Approved).max_results(100);
    let mut pages = list.into_paginator().send();
    let mut approved = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| error.sentence("list the model versions"))?;
        for summary in page.model_package_summary_list() {
            let version = summary.model_package_version();
            let version = version.context("a model package has no version")?;
            let arn = summary.model_package_arn().unwrap_or_default();
            let live: Option<LiveVersion> = account.object(&keys::live_version(arn)).await?;
            let created = summary.creation_time().map_or(0, |time| time.secs());
            approved.push(Version {
                version,
                was_live: live.is_some_and(|live| is_of_package(live.package_created, created)),
            });
        }
    }
    ensure!(!approved.is_empty(), "no model version is approved");
    Ok(approved)
}
