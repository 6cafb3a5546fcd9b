//! A finished demo with made-up numbers, for the tests of what is made from one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use contracts::dataset::{DatasetManifest, Part, PreparedProfile};
use contracts::evaluation::{ClassScores, Evaluation, Interval, Scores};
use contracts::prediction::{Prediction, Review};
use contracts::training::{Epoch, TrainingCard};
use contracts::verdict::{Check, Decision, Verdict};

use super::reviewers::HumanReview;
use super::traffic::Traffic;
use super::turn::{Finished, Served, Step, Turn};
use super::{Done, Source};
use crate::arguments::Reviewers;
use crate::withhold;

const LABELS: [&str; 3] = ["-1", "0", "1"];

pub fn done() -> Done {
    let prediction = |confidence| Prediction {
        label: Some("1".to_owned()),
        confidence: Some(confidence),
        review: Review::NotNeeded,
        error: None,
    };
    Done {
        source: Source {
            name: "the bundled generator".to_owned(),
            synthetic: true,
            rows: 3000,
            withheld: 600,
        },
        turns: vec![turn(Decision::Approved)],
        traffic: Some(Traffic {
            predictions: vec![prediction(0.6), prediction(0.95)],
            milliseconds: vec![12.0, 30.0],
        }),
        review: Some(HumanReview {
            reviewers: Reviewers::Simulated,
            started: 40,
            completed: 40,
            labels: 40,
            uncertain: 30,
            audited: 10,
        }),
        threshold: 0.9,
        ended_early: None,
        seconds: 93.0,
        report: PathBuf::from("report.html"),
    }
}

pub fn turn(decision: Decision) -> Turn {
    let check = Check {
        name: "recall".to_owned(),
        decision,
        reason: "fine".to_owned(),
    };
    Turn {
        manifest: manifest(),
        uploaded: counts([401, 502, 1503]),
        prepared: PreparedProfile {
            rows: BTreeMap::from([("train".to_owned(), counts([280, 351, 1052]))]),
            superseded: 0,
            uncertain_test_rows: 0,
            audited_test_rows: BTreeMap::new(),
        },
        human_rows: 0,
        run: Finished {
            execution_arn: "arn:execution".to_owned(),
            status: "Succeeded".to_owned(),
            steps: vec![Step {
                name: "TrainModel".to_owned(),
                status: "Succeeded".to_owned(),
                seconds: 41.0,
            }],
            model_package_arn: Some("arn:package/1".to_owned()),
            profile_key: String::new(),
        },
        model_package_arn: "arn:package/1".to_owned(),
        evaluation: evaluation(),
        verdict: Verdict {
            model_package_arn: "arn:package/1".to_owned(),
            decision,
            checks: vec![check],
            evidence_uri: String::new(),
            champion_model_package_arn: None,
        },
        endpoint: Served {
            name: "reviewloop".to_owned(),
            config: "reviewloop-a".to_owned(),
            status: "InService".to_owned(),
        },
    }
}

fn counts(rows: [u64; 3]) -> BTreeMap<String, u64> {
    LABELS
        .iter()
        .map(|label| (*label).to_owned())
        .zip(rows)
        .collect()
}

fn manifest() -> DatasetManifest {
    let part = Part {
        id: "part".to_owned(),
        rows: 2406,
        quarantined: 12,
        source_key: "incoming/reviews.csv".to_owned(),
        source_etag: String::new(),
        uploaded_at: String::new(),
        labels: Vec::new(),
    };
    DatasetManifest {
        dataset: "reviews".to_owned(),
        number: 1,
        id: "version".to_owned(),
        parts: vec![part],
        mapping: withhold::clothing_reviews(),
        labels: LABELS.map(str::to_owned).to_vec(),
        prepare_version: 1,
        created_at: String::new(),
    }
}

fn evaluation() -> Evaluation {
    Evaluation {
        dataset_version_id: "version".to_owned(),
        split_version: 1,
        labels: LABELS.map(str::to_owned).to_vec(),
        challenger: scores(),
        training: Some(training()),
        ..Evaluation::default()
    }
}

fn scores() -> Scores {
    let interval = Interval {
        low: 0.78,
        high: 0.84,
    };
    let class = |label: &str| ClassScores {
        label: label.to_owned(),
        support: 160,
        precision: 0.8,
        recall: 0.8,
        recall_interval: interval,
        f1: 0.8,
        ..ClassScores::default()
    };
    Scores {
        rows: 480,
        accuracy: 0.84,
        accuracy_interval: interval,
        balanced_accuracy: 0.812,
        balanced_accuracy_interval: interval,
        macro_f1: 0.79,
        classes: LABELS.map(class).to_vec(),
        confusion: vec![vec![71, 12, 3], vec![14, 65, 17], vec![5, 26, 267]],
        mean_cross_entropy: 0.5,
        ..Scores::default()
    }
}

fn training() -> TrainingCard {
    let epoch = |epoch: u32| Epoch {
        epoch,
        train_loss: 1.1 / f64::from(epoch),
        val_loss: 1.2 / f64::from(epoch),
        val_accuracy: 0.8,
        val_balanced_accuracy: 0.8,
        samples_per_second: 100.0,
    };
    TrainingCard {
        algorithm: "bert".to_owned(),
        hyperparameters: BTreeMap::new(),
        train_rows: 3 * 280,
        validation_rows: 240,
        parameters: 1_000_000,
        epochs: vec![epoch(1), epoch(2)],
        best_epoch: 2,
        seconds: 40.0,
    }
}
