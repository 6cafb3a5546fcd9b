//! Each rule by a job that trips it and one that does not, read from what the job leaves.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Action, Actions, Rule};
use crate::channel::LabelledText;
use crate::container::Container;
use crate::testing::{self, rows, training_job};
use crate::train::run;

/// Rule names whose status is `IssuesFound`, those that found nothing, and how the job ended.
struct Outcome {
    found: Vec<String>,
    clean: Vec<String>,
    error: Option<String>,
}

fn outcome(folder: &Path) -> (Vec<String>, Vec<String>) {
    let json = fs::read(folder.join("output/data/health.json")).unwrap();
    let report: Value = serde_json::from_slice(&json).unwrap();
    let statuses = report["DebugRuleEvaluationStatuses"].as_array().unwrap();
    assert_eq!(statuses.len(), Rule::ALL.len());
    let of = |status: &str| {
        let with = statuses
            .iter()
            .filter(|rule| rule["RuleEvaluationStatus"] == status);
        with.map(|rule| rule["RuleConfigurationName"].as_str().unwrap().to_owned())
            .collect()
    };
    (of("IssuesFound"), of("NoIssuesFound"))
}

fn job(rows: &[LabelledText], changes: &[(&str, &str)]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    training_job(&container, rows, changes);
    finish(&container, folder.path())
}

fn finish(container: &Container, folder: &Path) -> Outcome {
    let error = run(container).err().map(|error| format!("{error:#}"));
    let (found, clean) = outcome(folder);
    Outcome {
        found,
        clean,
        error,
    }
}

fn has(names: &[String], rule: Rule) -> bool {
    names.contains(&rule.to_string())
}

#[test]
fn a_healthy_job_trips_no_rule() {
    let healthy = job(&rows(120), &[("epochs", "4"), ("hidden_dropout_prob", "0")]);
    assert_eq!(healthy.error, None);
    assert!(healthy.found.is_empty(), "{:?}", healthy.found);
    assert_eq!(healthy.clean.len(), Rule::ALL.len());
}

#[test]
fn a_rare_class_is_an_imbalance_unless_balanced() {
    let all = rows(120).into_iter().enumerate();
    let few: Vec<_> = all
        .filter(|(n, row)| row.label != "1" || *n < 9)
        .map(|(_, row)| row)
        .collect();
    let imbalanced = job(&few, &[("balance", "false"), ("epochs", "1")]);
    assert!(has(&imbalanced.found, Rule::ClassImbalance));
    let balanced = job(&few, &[("epochs", "1")]);
    assert!(has(&balanced.clean, Rule::ClassImbalance));
}

#[test]
fn weights_too_small_are_poor_and_let_gradients_vanish() {
    let small = job(
        &rows(60),
        &[("initializer_range", "0.00001"), ("epochs", "1")],
    );
    assert!(has(&small.found, Rule::PoorWeightInitialization));
    assert!(has(&small.found, Rule::VanishingGradient));
}

#[test]
fn a_weight_that_explodes_stops_the_job_by_default() {
    let large = [("initializer_range", "20000"), ("epochs", "1")];
    let stopped = job(&rows(60), &large);
    assert!(has(&stopped.found, Rule::ExplodingTensor));
    let error = stopped.error.unwrap();
    assert!(
        error.contains("ExplodingTensor") && error.contains("lower learning_rate"),
        "{error}"
    );
}

#[test]
fn units_that_are_shut_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    training_job(&container, &rows(60), &[("epochs", "1")]);
    let mut pretrained = testing::folder();
    let bias = "bert.encoder.layer.0.intermediate.dense.bias";
    let bias = pretrained.weights.get_mut(bias).unwrap();
    bias.values.fill(-100.0);
    pretrained.write(&container.channel("pretrained")).unwrap();
    let shut = finish(&container, folder.path());
    assert!(has(&shut.found, Rule::DeadRelu), "{:?}", shut.found);
}

#[test]
fn a_job_that_does_not_learn_is_found_by_its_losses() {
    let settings = [
        ("learning_rate", "1e-12"),
        ("epochs", "3"),
        ("hidden_dropout_prob", "0"),
        ("attention_probs_dropout_prob", "0"),
    ];
    let idle = job(&rows(60), &settings);
    assert!(
        has(&idle.found, Rule::LossNotDecreasing),
        "{:?}",
        idle.found
    );
    assert!(has(&idle.found, Rule::Plateau), "{:?}", idle.found);
}

#[test]
fn labels_without_a_reason_are_learned_by_heart() {
    let mut random = rows(36);
    for (n, row) in random.iter_mut().enumerate() {
        row.label = ["-1", "0", "1"][(n * n / 3 + n / 5) % 3].to_owned();
    }
    let settings = [
        ("epochs", "12"),
        ("patience", "12"),
        ("hidden_dropout_prob", "0"),
    ];
    let learned = job(&random, &settings);
    assert!(has(&learned.found, Rule::Overfit), "{:?}", learned.found);
    assert!(
        has(&learned.found, Rule::Overtraining),
        "{:?}",
        learned.found
    );
}

#[test]
fn a_rule_that_is_set_to_stop_stops_and_one_that_is_off_says_nothing() {
    let settings = [
        ("learning_rate", "1e-12"),
        ("epochs", "3"),
        ("hidden_dropout_prob", "0"),
        ("attention_probs_dropout_prob", "0"),
        ("health_rules", "all=off, LossNotDecreasing=stop"),
    ];
    let stopped = job(&rows(60), &settings);
    assert_eq!(stopped.found, ["LossNotDecreasing"]);
    assert!(stopped.clean.is_empty());
    assert!(
        stopped
            .error
            .unwrap()
            .contains("training health rule LossNotDecreasing stops the job")
    );
}

#[test]
fn actions_are_read_by_name_and_refused_by_name() {
    let read: Actions = "Overfit=stop, Plateau=off".parse().unwrap();
    let mut expected: BTreeMap<Rule, Action> = Actions::default().actions;
    expected.extend([(Rule::Overfit, Action::Stop), (Rule::Plateau, Action::Off)]);
    assert_eq!(read.actions, expected);
    assert_eq!(read.to_string().parse::<Actions>().unwrap(), read);
    for (text, reason) in [
        ("Overfitting=stop", "there is no rule `Overfitting`"),
        ("Overfit=halt", "`halt` is none of off, warn and stop"),
        ("Overfit", "`Overfit` is no rule=action"),
    ] {
        let error = text.parse::<Actions>().unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
}
