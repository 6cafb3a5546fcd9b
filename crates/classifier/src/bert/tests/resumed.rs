//! A job that was interrupted reports all of its attempts.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::card;
use crate::container::Container;
use crate::testing::{rows, training_job};
use crate::train::run;

/// A job whose loss does not fall, which its rule finds after the second of three epochs.
const SETTINGS: [(&str, &str); 4] = [
    ("learning_rate", "1e-12"),
    ("epochs", "3"),
    ("hidden_dropout_prob", "0"),
    ("attention_probs_dropout_prob", "0"),
];
/// 60 rows in batches of 8.
const STEPS: usize = 8;

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The checkpoint of a job that stopped in its second epoch.
fn interrupted(container: &Container) -> PathBuf {
    let rule = [("health_rules", "LossNotDecreasing=stop")];
    training_job(container, &rows(60), &[&SETTINGS[..], &rule].concat());
    fs::create_dir_all(container.checkpoints()).unwrap();
    assert!(run(container).is_err());
    // The next attempt finds the finding itself, and goes on.
    training_job(container, &rows(60), &SETTINGS);
    container
        .checkpoints()
        .join(format!("step-{STEPS:09}/state.json"))
}

fn change(state: &Path, change: impl FnOnce(&mut Value)) {
    let mut json = read(state);
    change(&mut json);
    fs::write(state, json.to_string()).unwrap();
}

fn rule(container: &Container, name: &str) -> Value {
    let report = read(&container.output_data().join("health.json"));
    let statuses = report["DebugRuleEvaluationStatuses"].as_array().unwrap();
    let of_name = |rule: &&Value| rule["RuleConfigurationName"] == name;
    statuses.iter().find(of_name).unwrap().clone()
}

fn steps(container: &Container) -> Value {
    let reports = container
        .output_data()
        .join("profiler-output/profiler-reports");
    read(&reports.join("StepOutlier.json"))["Datapoints"].clone()
}

#[test]
fn a_resumed_job_reports_the_findings_steps_and_seconds_of_all_attempts() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    let state = interrupted(&container);
    change(&state, |state| {
        assert!(state["profile"]["seconds"].as_f64().unwrap() > 0.0);
        state["profile"]["seconds"] = 1000.into();
        let found = json!({ "step": 1, "details": "found before", "count": 2 });
        state["health"]["findings"]["DeadRelu"] = found;
    });
    run(&container).unwrap();
    let seconds = card(&container).seconds;
    assert!(seconds > 1000.0, "{seconds}");
    assert_eq!(steps(&container), 3 * STEPS);
    for name in ["ClassImbalance", "PoorWeightInitialization"] {
        assert_eq!(
            rule(&container, name)["RuleEvaluationStatus"],
            "NoIssuesFound"
        );
        assert_eq!(rule(&container, name)["Checks"], 1, "{name}");
    }
    let found = rule(&container, "DeadRelu");
    assert_eq!(found["StatusDetails"], "first at step 1: found before");
    assert_eq!(rule(&container, "LossNotDecreasing")["Checks"], 3);
}

#[test]
fn a_checkpoint_that_is_older_is_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    let state = interrupted(&container);
    change(&state, |state| {
        for added in ["health", "profile"] {
            state.as_object_mut().unwrap().remove(added).unwrap();
        }
    });
    run(&container).unwrap();
    assert_eq!(card(&container).epochs.len(), 3);
    assert_eq!(steps(&container), 2 * STEPS);
}

#[test]
fn the_last_epochs_weights_have_the_bits_of_an_uninterrupted_training() {
    let settings = [("keep", "last"), ("patience", "2"), ("epochs", "3")];
    let with_steps = [&settings[..], &[("checkpoint_steps", "5")]].concat();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| Container::at(folder.path().join(name));
    let (whole, resumed) = (at("whole"), at("resumed"));
    training_job(&whole, &rows(60), &settings);
    run(&whole).unwrap();
    training_job(&resumed, &rows(60), &with_steps);
    fs::create_dir_all(resumed.checkpoints()).unwrap();
    run(&resumed).unwrap();
    // Again from the checkpoint after 20 updates, within the last epoch.
    let last = format!("step-{:09}", 3 * STEPS);
    fs::remove_dir_all(resumed.checkpoints().join(last)).unwrap();
    fs::remove_dir_all(resumed.model()).unwrap();
    run(&resumed).unwrap();
    assert_eq!(steps(&resumed), 3 * STEPS);
    let model = |container: &Container| fs::read(container.model().join("model.safetensors"));
    assert!(model(&whole).unwrap() == model(&resumed).unwrap());
}

#[test]
fn steps_between_checkpoints_are_refused_where_none_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    for name in ["checkpoint_steps", "save_steps"] {
        training_job(&container, &rows(60), &[(name, "5")]);
        let error = run(&container).unwrap_err().to_string();
        let idle = "`checkpoint_steps` has no effect without a CheckpointConfig";
        assert!(error.contains(idle), "{error}");
    }
}
