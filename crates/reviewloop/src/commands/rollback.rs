//! Returns to a version that was live before: the versions above it are rejected with the reason, so that the
//! registry alone says which version is desired.

use std::time::Instant;

use anyhow::{bail, ensure};
use aws_sdk_sagemaker::types::ModelApprovalStatus::Rejected;
use contracts::deployment::{LiveVersion, Pin, is_of_package};
use contracts::keys;
use policy::rollback::{self, Version};

use super::decide;
use super::serving::{Change, converge};
use crate::account::Account;
use crate::arguments::Rollback;
use crate::evidence;
use crate::output::Output;

pub async fn rollback(account: &Account, wanted: &Rollback, output: &Output) -> anyhow::Result<()> {
    let began = Instant::now();
    decide::check_reason(&wanted.reason)?;
    if let Some(pin) = account.object::<Pin>(keys::PIN).await? {
        let another = account.command("reviewloop pin VERSION --reason …");
        bail!(
            "version {} is pinned ({}); pin another one with {another}, or unpin it first",
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
    let mut approved = Vec::new();
    for package in evidence::approved(account).await? {
        let key = keys::live_version(&package.arn);
        let live: Option<LiveVersion> = account.object(&key).await?;
        let is_it = |live: LiveVersion| is_of_package(live.package_created, package.created);
        approved.push(Version {
            version: package.version,
            was_live: live.is_some_and(is_it),
        });
    }
    ensure!(!approved.is_empty(), "no model version is approved");
    Ok(approved)
}
