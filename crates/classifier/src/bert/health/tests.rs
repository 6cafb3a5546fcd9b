//! Each rule by a job that trips it and one that does not, read from what the job leaves.

use std::fs;
use std::path::Path;

use contracts::training::Epoch;
use serde_json::Value;

use super::{Action, Actions, LayerSample, Rule, Sample, rules};
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
fn a_job_of_some_epochs_is_judged_by_every_rule() {
    let judged = job(&rows(60), &[("epochs", "3")]);
    assert_eq!(judged.error, None);
    assert_eq!(judged.found.len() + judged.clean.len(), Rule::ALL.len());
}

/// Epochs by their training and validation losses.
fn epochs(losses: &[(f64, f64)]) -> Vec<Epoch> {
    let epoch = |(number, &(train_loss, val_loss)): (u32, &(f64, f64))| Epoch {
        epoch: number,
        train_loss,
        val_loss,
        val_accuracy: 0.5,
        val_balanced_accuracy: 0.5,
        val_f1: None,
        samples_per_second: 1.0,
    };
    (1..).zip(losses).map(epoch).collect()
}

#[test]
fn the_rules_of_an_epoch_judge_by_its_losses() {
    type OfEpochs = fn(&[Epoch]) -> Option<String>;
    let rules: [(&str, OfEpochs); 4] = [
        ("LossNotDecreasing", rules::loss_not_decreasing),
        ("Overfit", rules::overfit),
        ("Overtraining", rules::overtraining),
        ("Plateau", rules::plateau),
    ];
    for (losses, expected) in [
        (&[(1.0, 1.0), (0.8, 0.85), (0.6, 0.65)][..], &[][..]),
        (&[(1.0, 1.2)], &[]),
        (&[(1.0, 1.0), (0.9995, 0.9)], &["LossNotDecreasing"]),
        (&[(1.0, 1.0), (0.8, 0.9)], &["Overfit"]),
        (&[(1.0, 0.7), (0.9, 0.8), (0.8, 0.75)], &["Overtraining"]),
        (&[(1.0, 0.7), (0.9, 0.699), (0.8, 0.698)], &["Plateau"]),
    ] {
        let epochs = epochs(losses);
        let found = rules.iter().filter(|(_, rule)| rule(&epochs).is_some());
        let found: Vec<&str> = found.map(|(name, _)| *name).collect();
        assert_eq!(found, expected, "{losses:?}");
    }
}

#[test]
fn the_rules_of_an_update_judge_by_its_layers() {
    let healthy = LayerSample {
        gradient: Some(1e-3),
        largest_weight: 0.5,
        dead: 0.1,
    };
    let sample = |layer: LayerSample| Sample {
        step: 1,
        loss: 1.0,
        gradient_norm: 1.0,
        layers: vec![healthy, layer],
    };
    type OfSample = fn(&Sample) -> Option<String>;
    let rules: [(&str, OfSample); 3] = [
        ("VanishingGradient", rules::vanishing_gradient),
        ("ExplodingTensor", rules::exploding_tensor),
        ("DeadRelu", rules::dead_relu),
    ];
    let (gradient, largest_weight, dead) = (Some(1e-8), 2e4, 0.5);
    for (layer, expected) in [
        (healthy, &[][..]),
        (
            LayerSample {
                gradient,
                ..healthy
            },
            &["VanishingGradient"],
        ),
        (
            LayerSample {
                largest_weight,
                ..healthy
            },
            &["ExplodingTensor"],
        ),
        (LayerSample { dead, ..healthy }, &["DeadRelu"]),
        (
            LayerSample {
                gradient: None,
                ..healthy
            },
            &[],
        ),
    ] {
        let sample = sample(layer);
        let found = rules.iter().filter(|(_, rule)| rule(&sample).is_some());
        let found: Vec<&str> = found.map(|(name, _)| *name).collect();
        assert_eq!(found, expected, "{layer:?}");
    }
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
    training_job(
        &container,
        &rows(60),
        &[("epochs", "1"), ("vocab_size", "auto")],
    );
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
    for rule in Rule::ALL {
        let expected = match rule {
            Rule::Overfit => Action::Stop,
            Rule::Plateau => Action::Off,
            other => Actions::default().of(other),
        };
        assert_eq!(read.of(rule), expected, "{rule}");
    }
    assert_eq!(read.to_string().parse::<Actions>().unwrap(), read);
    for (text, reason) in [
        ("Overfitting=stop", "there is no rule \"Overfitting\""),
        ("Overfit=halt", "\"halt\" is none of off, warn and stop"),
        ("Overfit", "\"Overfit\" is no rule=action"),
    ] {
        let error = text.parse::<Actions>().unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
}
