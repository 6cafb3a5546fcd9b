//! A run with made-up numbers, for the tests of what is made from one.

pub mod cloud;
pub mod requests;

use std::collections::BTreeMap;

use contracts::dataset::{DatasetManifest, Part, PreparedProfile};
use contracts::evaluation::{
    ClassScores, Evaluation, Incumbent, Interval, PairedDifference, Scores,
};
use contracts::moment::Moment;
use contracts::training::{Epoch, Inputs, TrainingCard};
use contracts::verdict::{Check, Decision, Verdict};

use rollout::{DatedLook, Kind, Plan, Rollout, Row, State, Strategy, Trial, Version};
use time::OffsetDateTime;
use time::macros::datetime;

use crate::demo::recipe::clothing_reviews;
use crate::evidence::{Dataset, Endpoint, Evidence, Execution, Model, Served, Step};

const LABELS: [&str; 3] = ["-1", "0", "1"];

pub fn evidence(decision: Decision) -> Evidence {
    Evidence {
        execution: Execution {
            arn: "arn:aws:sagemaker:eu-central-1:1:pipeline/p/execution/e1".to_owned(),
            status: "Succeeded".to_owned(),
        },
        steps: vec![Step {
            name: "TrainModel".to_owned(),
            status: "Succeeded".to_owned(),
            ended: true,
            seconds: 41.0,
            failure_reason: None,
            cached_from: None,
            training_job: None,
            job_arn: None,
            model_package_arn: Some("arn:package/1".to_owned()),
        }],
        dataset: Some(Dataset {
            manifest: manifest(),
            manifest_uri: "s3://bucket/datasets/reviews/versions/00000001.json".to_owned(),
            uploaded: counts([401, 502, 1503]),
            human_rows: 0,
            feature_group: None,
        }),
        prepared: PreparedProfile {
            rows: BTreeMap::from([
                ("train".to_owned(), counts([280, 351, 1052])),
                ("validation".to_owned(), counts([40, 50, 150])),
                ("test".to_owned(), counts([86, 96, 298])),
            ]),
            superseded: 0,
            uncertain_test_rows: 0,
            audited_test_rows: BTreeMap::new(),
        },
        evaluation: evaluation(),
        bias: None,
        rollout: None,
        evaluation_uri: "s3://bucket/executions/e1/evaluation/evaluation.json".to_owned(),
        model: Some(model(decision)),
        endpoint: Some(Served {
            endpoint: Endpoint {
                status: "InService".to_owned(),
                config: "reviewloop-a".to_owned(),
                pending_config: None,
                failure_reason: None,
                variants: Vec::new(),
            },
            model_package_arn: Some("arn:package/1".to_owned()),
        }),
    }
}

pub fn model(decision: Decision) -> Model {
    let check = |name: &str, decision, reason: &str| Check {
        name: name.to_owned(),
        decision,
        reason: reason.to_owned(),
    };
    let evaluation = "s3://bucket/executions/e1/evaluation/evaluation.json".to_owned();
    Model {
        version: 1,
        arn: "arn:package/1".to_owned(),
        created: Some(datetime!(2026-11-28 10:05 UTC)),
        approval: "PendingManualApproval".to_owned(),
        approval_description: None,
        decision: Some(format!("{decision:?}")),
        withdrawn: None,
        model_data_url: Some("s3://bucket/executions/e1/model/m/output/model.tar.gz".to_owned()),
        registered_evaluation: Some(evaluation.clone()),
        bias_of_data: None,
        bias_of_answers: None,
        verdict_uri: Some("s3://bucket/verdicts/00000001/v.json".to_owned()),
        verdict: Some(Verdict {
            model_package_arn: "arn:package/1".to_owned(),
            decision,
            checks: vec![
                check("test_rows", Decision::Approved, "480 rows"),
                check("recall", decision, "fine"),
            ],
            evidence_uri: evaluation,
            champion_model_package_arn: None,
            anchor_model_package_arn: None,
        }),
    }
}

fn counts(rows: [u64; 3]) -> BTreeMap<String, u64> {
    LABELS
        .iter()
        .map(|label| (*label).to_owned())
        .zip(rows)
        .collect()
}

pub fn manifest() -> DatasetManifest {
    let part = Part {
        id: "part".to_owned(),
        rows: 2406,
        quarantined: 12,
        source_key: "incoming/reviews.csv".to_owned(),
        schema: None,
        source_etag: String::new(),
        uploaded_at: String::new(),
        labels: Vec::new(),
    };
    DatasetManifest {
        dataset: "reviews".to_owned(),
        number: 1,
        id: "version".to_owned(),
        parts: vec![part],
        replacement: None,
        mapping: clothing_reviews().mapping,
        labels: LABELS.map(str::to_owned).to_vec(),
        prepare_version: 1,
        created_at: OffsetDateTime::UNIX_EPOCH,
        check: None,
    }
}

pub fn evaluation() -> Evaluation {
    Evaluation {
        dataset_version_id: "version".to_owned(),
        split_version: 1,
        labels: LABELS.map(str::to_owned).to_vec(),
        challenger: scores(),
        training: Some(training()),
        ..Evaluation::default()
    }
}

/// The same, compared with that version.
pub fn against(version: i32) -> Evaluation {
    Evaluation {
        champion: Some(Incumbent {
            model_package_arn: format!("arn:aws:sagemaker:r:1:model-package/g/{version}"),
            other_text_columns: Vec::new(),
            scores: scores(),
            difference: PairedDifference {
                value: -0.006,
                interval: Interval {
                    low: -0.021,
                    high: 0.009,
                },
                only_challenger_right: 21,
                only_champion_right: 13,
                mcnemar_p: Some(0.2295),
                minimum_detectable_difference: Some(0.034),
            },
        }),
        ..evaluation()
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
        val_f1: Some(0.7),
        samples_per_second: 100.0,
    };
    TrainingCard {
        algorithm: "bert".to_owned(),
        text_columns: Vec::new(),
        hyperparameters: BTreeMap::from([("learning_rate".to_owned(), "0.00005".to_owned())]),
        train_rows: 3 * 280,
        validation_rows: 240,
        parameters: 1_000_000,
        epochs: vec![epoch(1), epoch(2)],
        best_epoch: 2,
        seconds: 40.0,
        warnings: Vec::new(),
        truncation: None,
        inputs: Some(Inputs {
            program: "classifier 0.1.0".to_owned(),
            dataset_version_id: Some("reviews-1".to_owned()),
            train_digest: "0123456789abcdef".to_owned(),
            validation_digest: "fedcba9876543210".to_owned(),
            pretrained_digest: None,
            train_labels: BTreeMap::new(),
            validation_labels: BTreeMap::new(),
        }),
        candidates: Vec::new(),
    }
}

/// A comparison of version 3 with version 2 after these batches: rows that only the challenger, both and only the
/// champion are right for.
pub fn rollout(batches: &[(u64, u64, u64)]) -> Rollout {
    let version = |number: i32| Version {
        number,
        arn: format!("arn:package/{number}"),
        created: 1_764_400_000 + i64::from(number),
    };
    let plan = Plan::paired(0.02, 5_000, &[Kind::ALL]);
    let mut trial = Trial::start(plan).expect("sound");
    let mut looks = Vec::new();
    for (number, (challenger, both, champion)) in (1..).zip(batches) {
        for (rows, right) in [
            (challenger, (false, true)),
            (both, (true, true)),
            (champion, (true, false)),
        ] {
            let row = Row::paired(right.0, right.1, 1.0, 1.0).expect("a row");
            (0..*rows).for_each(|_| trial.add(row).expect("planned"));
        }
        let at = Moment(1_795_996_800_000 + number * 3_600_000);
        looks.push(DatedLook {
            at,
            look: trial.look(),
        });
    }
    Rollout {
        id: "00000003-over-00000002".to_owned(),
        champion: version(2),
        challenger: version(3),
        strategy: Strategy::Shadow,
        started_at: Moment(1_795_996_800_000),
        deadline: Moment(1_796_601_600_000),
        trial,
        counted: std::collections::BTreeSet::new(),
        refused: None,
        labels_after: Moment(0),
        batches: batches.len() as u32,
        batch: None,
        looks,
        shifts: Vec::new(),
        rewards: None,
        watching: None,
        findings: Vec::new(),
        watched: Vec::new(),
        state: State::Active,
    }
}
