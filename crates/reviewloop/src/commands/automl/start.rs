//! The execution that trains every algorithm, begun as soon as no other one runs.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::bail;
use contracts::keys;
use contracts::run::{Run, RunState, StartRequest};
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::arguments::Automl;

/// A new dataset version is trained by the stack's own settings first. Where that has not begun within this time, it
/// waits for something else.
const CLAIM: Duration = Duration::from_secs(30);

const PAUSE: Duration = Duration::from_secs(1);

/// The execution's ARN.
pub async fn start(
    account: &Account,
    automl: &Automl,
    version: Option<u32>,
) -> anyhow::Result<String> {
    let request = StartRequest {
        parameters: parameters(automl),
        release: None,
    };
    let started = Instant::now();
    let mut told = false;
    loop {
        let run: Option<Run> = account.object(keys::RUN).await?;
        let waits = started.elapsed() < CLAIM;
        if is_free(run.as_ref(), version, waits) {
            let wake = json!({ "start": request });
            let outcome: Value = account.invoke("start-pipeline", &wake).await?;
            let text = |name: &str| outcome[name].as_str().unwrap_or("without a reason");
            match outcome["outcome"].as_str() {
                Some("Running") => return Ok(text("execution_arn").to_owned()),
                Some("Refused") => bail!("start-pipeline refused: {}", text("reason")),
                Some("Stuck") => bail!("the run is stuck: {}", text("reason")),
                _ => bail!("start-pipeline gave an answer of another version: {outcome}"),
            }
        }
        if !told {
            eprintln!("another execution comes first: one runs at a time");
            told = true;
        }
        // An account tells a command line of no event, so it looks again.
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether no execution runs, and this version's own has been.
fn is_free(run: Option<&Run>, version: Option<u32>, waits: bool) -> bool {
    let runs = run.is_some_and(|run| run.state == RunState::Active);
    let has_been = |version| run.is_some_and(|run| run.version >= version);
    !runs && (!waits || version.is_none_or(has_been))
}

/// All hyperparameters are given: those that the stack has for its own algorithm are no AutoML training's.
fn parameters(automl: &Automl) -> BTreeMap<String, String> {
    let mut hyperparameters = Map::new();
    if let Some(seconds) = automl.seconds {
        hyperparameters.insert("max_runtime_in_seconds".to_owned(), seconds.into());
    }
    if !automl.algorithms.is_empty() {
        let names: Vec<&str> = automl.algorithms.iter().map(|one| one.name()).collect();
        hyperparameters.insert("algorithms".to_owned(), names.join(",").into());
    }
    let given = [
        ("Algorithm", "automl".to_owned()),
        (
            "Hyperparameters",
            Value::Object(hyperparameters).to_string(),
        ),
    ];
    given.map(|(name, value)| (name.to_owned(), value)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::automl::Candidate;

    #[test]
    fn the_execution_gets_no_hyperparameters_of_another_algorithm() {
        let asked = |seconds, algorithms| Automl {
            file: None,
            seconds,
            algorithms,
            no_wait: false,
            page: None,
        };
        let found = parameters(&asked(None, Vec::new()));
        assert_eq!(found["Algorithm"], "automl");
        assert_eq!(found["Hyperparameters"], "{}");
        let found = parameters(&asked(
            Some(600),
            vec![Candidate::Ngrams, Candidate::Fasttext],
        ));
        let hyperparameters: Value =
            serde_json::from_str(&found["Hyperparameters"]).expect("an object");
        let expected = json!({ "algorithms": "ngrams,fasttext", "max_runtime_in_seconds": 600 });
        assert_eq!(hyperparameters, expected);
    }
}
