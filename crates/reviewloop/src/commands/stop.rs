//! Stops a pipeline execution or a study.

mod execution;
mod study;

use anyhow::bail;
use contracts::keys;
use contracts::tuning::Study;

use crate::account::Account;
use crate::arguments::Stop;
use crate::evidence;
use crate::output::Output;

/// As many as a person looks through for the one that was meant.
const NEWEST: usize = 5;

pub async fn stop(account: &Account, stop: &Stop, output: &Output) -> anyhow::Result<()> {
    let study: Option<Study> = account.object(&keys::tuning(&stop.name)).await?;
    match study {
        Some(study) => study::stop(account, &study, output).await,
        None => execution(account, &stop.name, output).await,
    }
}

/// What is neither is answered with the newest of both.
async fn execution(account: &Account, name: &str, output: &Output) -> anyhow::Result<()> {
    let arn = evidence::execution::of_id(account, name);
    let is_unknown = evidence::execution::describe(account, &arn)
        .await?
        .is_none();
    let stopped = execution::stop(account, name, output).await;
    match stopped {
        Err(error) if is_unknown => {
            // Without them the reason is still the answer.
            let studies = account.newest_keys(keys::TUNINGS, NEWEST).await;
            let studies = studies.unwrap_or_default();
            bail!("{error:#}{}", newest_studies(&studies))
        }
        stopped => stopped,
    }
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
mod tests {
    use super::*;

    #[test]
    fn the_newest_studies_are_named_where_there_are_any() {
        assert_eq!(newest_studies(&[]), "");
        let studies = ["3-abcdef", "1-aaaaaa"].map(keys::tuning);
        let words = "; the newest studies are 3-abcdef, 1-aaaaaa";
        assert_eq!(newest_studies(&studies), words);
    }
}
