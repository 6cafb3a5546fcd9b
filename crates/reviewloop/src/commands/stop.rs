//! Stops a pipeline execution or a study.

mod execution;
mod study;

use anyhow::anyhow;
use contracts::keys;
use contracts::tuning::Study;

use crate::account::Account;
use crate::arguments::Stop;
use crate::evidence;
use crate::output::Output;

/// As many as a person looks through for the one that was meant.
const NEWEST: usize = 5;

pub async fn stop(account: &Account, stop: &Stop, output: &Output) -> anyhow::Result<()> {
    let name = &stop.name;
    let study: Option<Study> = account.object(&keys::tuning(name)).await?;
    if let Some(study) = study {
        return study::stop(account, &study, output).await;
    }
    let arn = evidence::of_id(account, name);
    match evidence::execution::describe(account, &arn).await? {
        Some(execution) => execution::stop(account, &execution, output).await,
        None => Err(unknown(account, name).await),
    }
}

/// What is neither is answered with the newest of both.
async fn unknown(account: &Account, name: &str) -> anyhow::Error {
    let executions = evidence::execution::unknown(account, name).await;
    // Without them the reason is still the answer.
    let studies = account.newest_keys(keys::TUNINGS, NEWEST).await;
    let studies = newest_studies(&studies.unwrap_or_default());
    anyhow!("{executions:#}{studies}")
}

fn newest_studies(studies: &[String]) -> String {
    let names: Vec<&str> = studies.iter().filter_map(|key| name(key)).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!("; the newest studies are {}", names.join(", ")),
    }
}

fn name(key: &str) -> Option<&str> {
    key.strip_prefix(keys::TUNINGS)?.strip_suffix(".json")
}

#[cfg(test)]
mod tests;
