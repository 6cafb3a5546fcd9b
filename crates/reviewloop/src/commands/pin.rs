use std::time::Instant;

use anyhow::{bail, ensure};
use contracts::deployment;
use contracts::keys;

use super::decide;
use super::serving::{Change, converge};
use crate::account::Account;
use crate::arguments::{Pin, Unpin};
use crate::output::Output;
use crate::sentence::Sentence;

/// Holds the endpoint at an approved version.
pub async fn pin(account: &Account, pin: &Pin, output: &Output) -> anyhow::Result<()> {
    let began = Instant::now();
    let version = pin.model_version;
    decide::check_reason(&pin.reason)?;
    let approval = decide::approval(account, version).await?;
    ensure!(
        approval == "Approved",
        "version {version} is {approval}; approve it first: {}",
        account.command(&format!("reviewloop approve {version} --reason …"))
    );
    let wanted = deployment::Pin {
        version,
        reason: pin.reason.clone(),
    };
    account.put(keys::PIN, serde_json::to_vec(&wanted)?).await?;
    let change = Change {
        what: format!("pinned to version {version}"),
        version: Some(version),
        wait: !pin.no_wait,
        began,
        output,
    };
    converge(account, change).await
}

/// Lets the highest approved version serve again.
pub async fn unpin(account: &Account, unpin: &Unpin, output: &Output) -> anyhow::Result<()> {
    let began = Instant::now();
    let Some(pin) = account.object::<deployment::Pin>(keys::PIN).await? else {
        bail!("no version is pinned");
    };
    let delete = account.s3.delete_object().bucket(&account.bucket);
    let deleted = delete.key(keys::PIN).send().await;
    deleted.map_err(|error| error.sentence("remove the pin"))?;
    let change = Change {
        what: format!("version {} is no longer pinned", pin.version),
        version: None,
        wait: !unpin.no_wait,
        began,
        output,
    };
    converge(account, change).await
}
