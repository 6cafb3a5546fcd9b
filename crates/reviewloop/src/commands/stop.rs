//! Stops a pipeline execution or a study.

mod execution;
mod study;

use contracts::keys;
use contracts::tuning::Study;

use crate::account::Account;
use crate::arguments::Stop;
use crate::output::Output;

pub async fn stop(account: &Account, stop: &Stop, output: &Output) -> anyhow::Result<()> {
    let study: Option<Study> = account.object(&keys::tuning(&stop.name)).await?;
    match study {
        Some(study) => study::stop(account, &study, output).await,
        None => execution::stop(account, &stop.name, output).await,
    }
}
