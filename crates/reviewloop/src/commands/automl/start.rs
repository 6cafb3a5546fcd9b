//! The execution that trains every algorithm, begun as soon as no other one runs.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::bail;
use contracts::dataset::DatasetManifest;
use contracts::keys;
use contracts::run::{Run, RunState, StartRequest};
use policy::hyperparameters::AUTO;
use serde_json::{Map, Value};

use super::stack::{self, Own};
use crate::account::Account;
use crate::arguments::Automl;
use crate::commands::start::{asked, sentence};
use crate::wait;

/// A new dataset version is trained by the stack's own settings first. Where nothing has run for so long, its run waits
/// for something else, the next day for instance.
const CLAIM: Duration = Duration::from_secs(30);

/// The execution's ARN. `version` is the dataset version that was just registered, if one was.
pub async fn start(
    account: &Account,
    automl: &Automl,
    version: Option<&DatasetManifest>,
) -> anyhow::Result<String> {
    let own = stack::own(account).await?;
    let is_plain = automl.seconds.is_none() && automl.algorithms.is_empty();
    let request = StartRequest {
        parameters: parameters(automl, &own),
        release: None,
    };
    if let Some(version) = version {
        let run: Option<Run> = account.object(keys::RUN).await?;
        let same = run.filter(|run| has_been(Some(run), Some(version)) && is_current(run, &own));
        let same = same.filter(|run| run.asked == request.parameters);
        if let Some(execution) = same.and_then(|run| run.execution_arn) {
            return Ok(execution);
        }
        if own.trains_all
            && is_plain
            && let Some(execution) = own_execution(account, version, &own).await?
        {
            return Ok(execution);
        }
    }
    let mut told = false;
    loop {
        turn(account, version, &mut told).await?;
        // Asked once and not as a part of the waiting, which repeats what has failed.
        let outcome = asked(account, &request).await?;
        match outcome["execution_arn"].as_str() {
            Some(execution) => return Ok(execution.to_owned()),
            // Another run was claimed in between.
            None if is_busy(account).await? => {}
            None => bail!("{}", sentence(&outcome, &account.stack)?.trim_end()),
        }
    }
}

/// That of the version's own run, which trains every algorithm; `None` where it does not begin.
async fn own_execution(
    account: &Account,
    version: &DatasetManifest,
    stack: &Own,
) -> anyhow::Result<Option<String>> {
    let mut idle_since = Instant::now();
    wait::again(async || {
        let run: Option<Run> = account.object(keys::RUN).await?;
        let is_busy = run.as_ref().is_some_and(is_active);
        if is_busy {
            idle_since = Instant::now();
        }
        let own = run.filter(|run| has_been(Some(run), Some(version)));
        let is_own = |run: &Run| run.asked.is_empty() && is_current(run, stack);
        if own.as_ref().is_some_and(|run| !is_own(run)) {
            return Ok(Some(None));
        }
        if let Some(execution) = own.and_then(|run| run.execution_arn) {
            return Ok(Some(Some(execution)));
        }
        Ok((!is_busy && idle_since.elapsed() >= CLAIM).then_some(None))
    })
    .await
}

/// Waits until no execution runs that comes first.
async fn turn(
    account: &Account,
    version: Option<&DatasetManifest>,
    told: &mut bool,
) -> anyhow::Result<()> {
    let mut idle_since = Instant::now();
    wait::again(async || {
        let run: Option<Run> = account.object(keys::RUN).await?;
        if run.as_ref().is_some_and(is_active) {
            idle_since = Instant::now();
            if !*told {
                eprintln!(
                    "another execution comes first, as one runs at a time; Ctrl-C ends the waiting, and nothing is started then"
                );
                *told = true;
            }
            return Ok(None);
        }
        let is_ours = idle_since.elapsed() >= CLAIM || has_been(run.as_ref(), version);
        Ok(is_ours.then_some(()))
    })
    .await
}

async fn is_busy(account: &Account) -> anyhow::Result<bool> {
    let run: Option<Run> = account.object(keys::RUN).await?;
    Ok(run.as_ref().is_some_and(is_active))
}

fn is_active(run: &Run) -> bool {
    run.state == RunState::Active
}

/// Of the pipeline as the stack has it now, and not given up.
fn is_current(run: &Run, stack: &Own) -> bool {
    run.definition_hash == stack.definition_hash && !matches!(run.state, RunState::Stuck { .. })
}

/// Whether this version's own run is over, or none is expected.
fn has_been(run: Option<&Run>, version: Option<&DatasetManifest>) -> bool {
    let Some(version) = version else {
        return true;
    };
    // A version that notes a later upload of the same rows has the id of the one before it, and no run.
    run.is_some_and(|run| {
        run.is_of_dataset(&version.dataset)
            && (run.version >= version.number || run.version_id == version.id)
    })
}

/// All hyperparameters are given: those that the stack has for another algorithm are no AutoML training's.
fn parameters(automl: &Automl, own: &Own) -> BTreeMap<String, String> {
    let mut hyperparameters = Map::new();
    if own.trains_all {
        hyperparameters.clone_from(&own.hyperparameters);
    }
    if let Some(seconds) = automl.seconds {
        hyperparameters.insert("max_runtime_in_seconds".to_owned(), seconds.into());
    }
    if !automl.algorithms.is_empty() {
        let names: Vec<&str> = automl.algorithms.iter().map(|one| one.name()).collect();
        hyperparameters.insert("algorithms".to_owned(), names.join(",").into());
    }
    let given = [
        ("Algorithm", "automl".to_owned()),
        ("Epochs", AUTO.to_owned()),
        ("LearningRate", AUTO.to_owned()),
        ("TrainBatchSize", AUTO.to_owned()),
        (
            "Hyperparameters",
            Value::Object(hyperparameters).to_string(),
        ),
    ];
    given.map(|(name, value)| (name.to_owned(), value)).into()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use serde_json::json;

    use super::*;
    use crate::arguments::automl::Candidate;
    use crate::fixture;

    #[test]
    fn the_execution_gets_no_hyperparameters_of_another_algorithm() {
        let asked = |seconds, algorithms| Automl {
            file: None,
            seconds,
            algorithms,
            no_wait: false,
            page: None,
        };
        let own = |trains_all| Own {
            trains_all,
            definition_hash: String::new(),
            hyperparameters: json!({ "balance": false })
                .as_object()
                .cloned()
                .expect("one"),
        };
        let found = parameters(&asked(None, Vec::new()), &own(false));
        assert_eq!(found["Algorithm"], "automl");
        assert_eq!(found["Hyperparameters"], "{}");
        let of_automl = parameters(&asked(None, Vec::new()), &own(true));
        assert_eq!(of_automl["Hyperparameters"], r#"{"balance":false}"#);
        for name in ["Epochs", "LearningRate", "TrainBatchSize"] {
            assert_eq!(found[name], "auto", "{name}");
        }
        let asked = asked(Some(600), vec![Candidate::Ngrams, Candidate::Fasttext]);
        let found = parameters(&asked, &Own::default());
        let hyperparameters: Value =
            serde_json::from_str(&found["Hyperparameters"]).expect("an object");
        let expected = json!({ "algorithms": "ngrams,fasttext", "max_runtime_in_seconds": 600 });
        assert_eq!(hyperparameters, expected);
    }

    fn run(dataset: &str, version: u32) -> Run {
        let run = json!({
            "dataset": dataset, "version": version, "version_id": "", "attempt": 1, "definition_hash": "",
            "parameters": {}, "client_request_token": "", "execution_arn": null, "retries": 0,
            "state": { "name": "succeeded" },
        });
        serde_json::from_value(run).expect("a run")
    }

    #[test]
    fn a_run_of_another_pipeline_or_one_given_up_is_not_followed() {
        let stack = Own {
            definition_hash: "d".to_owned(),
            ..Own::default()
        };
        let current = Run {
            definition_hash: "d".to_owned(),
            ..run("reviews", 1)
        };
        assert!(is_current(&current, &stack));
        assert!(!is_current(&run("reviews", 1), &stack));
        let reason = "its image is gone".to_owned();
        let state = RunState::Stuck { reason };
        assert!(!is_current(&Run { state, ..current }, &stack));
    }

    #[test]
    fn a_new_versions_own_run_comes_first() {
        let same_rows = Run {
            version_id: fixture::manifest().id,
            ..run("reviews", 1)
        };
        let registered = |number| DatasetManifest {
            dataset: "reviews".to_owned(),
            number,
            ..fixture::manifest()
        };
        for (before, version, expected) in [
            (None, None, true),
            (None, Some(1), false),
            (Some(run("reviews", 1)), Some(2), false),
            (Some(run("reviews", 2)), Some(2), true),
            (Some(run("reviews", 3)), Some(2), true),
            // The dataset was renamed since.
            (Some(run("others", 7)), Some(1), false),
            (Some(same_rows), Some(2), true),
        ] {
            let version = version.map(registered);
            assert_eq!(has_been(before.as_ref(), version.as_ref()), expected);
        }
    }

    #[test]
    fn each_candidate_has_a_metric_of_the_training_job() {
        let pipeline = include_str!("../../../../../infra/pipelines/text-classifier.json");
        for candidate in Candidate::value_variants() {
            let metric = format!("\"candidate:{}\"", candidate.name());
            assert!(pipeline.contains(&metric), "{metric}");
        }
    }
}
