//! A report with every value that the page can show.

use crate::*;

pub fn interval(value: f64) -> Interval {
    Interval {
        value,
        low: value - 0.03,
        high: value + 0.03,
    }
}

pub fn reliability() -> Reliability {
    let calibration = |error: f64, gap: f64| Calibration {
        error,
        calibrated_error: Some(0.034),
        bins: (4..10)
            .map(|bin| {
                let confidence = f64::from(bin) / 10.0 + 0.06;
                CalibrationBin {
                    rows: 10 * u64::try_from(bin * bin).expect("positive"),
                    confidence,
                    accuracy: confidence - gap * confidence,
                    calibrated: Some((confidence - 0.05, confidence + 0.04)),
                }
            })
            .collect(),
    };
    Reliability {
        temperature: 1.73,
        before: calibration(0.141, 0.2),
        after: calibration(0.021, 0.03),
    }
}

pub fn coverage() -> Vec<CoveragePoint> {
    let point = |threshold: f64, coverage: f64, accuracy: f64| CoveragePoint {
        threshold,
        coverage,
        accuracy: (coverage > 0.0).then(|| interval(accuracy)),
    };
    vec![
        point(0.0, 1.0, 0.76),
        point(0.5, 0.93, 0.79),
        point(0.8, 0.64, 0.88),
        point(0.9, 0.41, 0.93),
        point(0.99, 0.0, 0.0),
    ]
}

pub fn telling_words() -> TellingWords {
    let word = |word: &str, attribution: f64| TellingWord {
        word: word.into(),
        rows: 9,
        attribution,
        mean_attribution: attribution / 9.0,
    };
    TellingWords {
        method: "integrated gradients".into(),
        rows: 200,
        of_rows: 480,
        minimum_rows: 3,
        labels: vec![
            vec![word("disappointed", 14.2), word("<script>", 3.3)],
            vec![],
            vec![word("love", 31.0), word("compliments", 12.5)],
        ],
    }
}

pub fn turn(name: &str, verdict: Verdict) -> Turn {
    Turn {
        name: name.into(),
        dataset: Dataset {
            name: "reviews".into(),
            version: 7,
            id: "k3jx5".into(),
            columns: vec![("text column".into(), "Review <Text>".into())],
            labels: vec![("1".into(), "-1".into()), ("ok".into(), "ok".into())],
        },
        rows: 2400,
        quarantined: 3,
        human_rows: 0,
        balance: Balance {
            series: vec![
                Series {
                    name: "uploaded".into(),
                    counts: vec![401, 502, 1503],
                },
                Series {
                    name: "trained on".into(),
                    counts: vec![280, 280, 280],
                },
            ],
            held_out: vec![Series {
                name: "validation".into(),
                counts: vec![41, 52, 147],
            }],
        },
        training: Some(training()),
        candidates: Vec::new(),
        epochs: vec![
            Epoch {
                epoch: 1.0,
                train: 1.0987,
                validation: Some(1.0512),
                balanced_accuracy: Some(0.612),
                kept: false,
            },
            Epoch {
                epoch: 2.0,
                train: 0.7,
                validation: Some(0.8021),
                balanced_accuracy: Some(0.743),
                kept: true,
            },
        ],
        evaluation: Evaluation {
            test_rows: 480,
            accuracy: interval(0.7654),
            balanced_accuracy: interval(0.8123),
            macro_f1: 0.7891,
            macro_f1_interval: Some((0.7512, 0.8201)),
            classes: vec![class_scores(); 3],
            confusion: Confusion {
                counts: vec![vec![71, 12, 3], vec![14, 65, 17], vec![5, 26, 267]],
            },
            champion: Some(interval(0.8012)),
            difference: Some(interval(0.0111)),
            detectable: None,
            mcnemar: Some(McNemar {
                only_challenger: 21,
                only_champion: 13,
                p: Some(0.2295),
            }),
            anchor_difference: Some(interval(-0.0042)),
            reliability: Some(reliability()),
            coverage: coverage(),
            telling_words: Some(telling_words()),
            slices: vec![Slice {
                name: "Knits & <more>".into(),
                rows: 21,
                small: true,
                accuracy: interval(0.8),
                difference: interval(0.05),
            }],
        },
        bias: Vec::new(),
        rollout: None,
        gate: Some(Gate {
            verdict,
            checks: vec![Check {
                name: "recall".into(),
                verdict,
                reason: "recall of <neutral> is 0.68".into(),
            }],
            floor: Some(0.433),
        }),
        model_package: "arn:aws:sagemaker:eu-central-1:123456789012:model-package/reviewloop/1"
            .into(),
        endpoint: "InService".into(),
        in_service: verdict == Verdict::Approved,
        timings: vec![Timing {
            name: "TrainModel".into(),
            status: "Succeeded".into(),
            seconds: 41.25,
        }],
        files: vec![("model".into(), "s3://b/executions/e/model.tar.gz".into())],
    }
}

pub fn training() -> Training {
    Training {
        algorithm: "bert".into(),
        seed: Some("4217".into()),
        epochs: 2,
        kept_epoch: 2,
        seconds: 131.0,
        parameters: 1_234_567,
        train_rows: 840,
        validation_rows: 240,
        truncation: Some(Truncation {
            max_seq_length: 64,
            rows: 1_023,
            of_rows: 2_046,
            of_a_member: false,
        }),
        warnings: Vec::new(),
        inputs: vec![("training rows".into(), "digest 0123456789abcdef".into())],
        hyperparameters: vec![("learning_rate".into(), "0.00005".into())],
    }
}

/// One fit, and a training of two epochs.
pub fn trained_candidates() -> Vec<Candidate> {
    let candidate = |name: &str, hyperparameter: &str, epochs: Vec<Epoch>| Candidate {
        name: name.into(),
        weight: 0.5,
        balanced_accuracy: Some(interval(0.79)),
        gain: Some(interval(0.012)),
        seconds: 5.0,
        parameters: 12_345,
        hyperparameters: vec![(hyperparameter.into(), "<0.5>".into())],
        epochs,
        failure: None,
    };
    let epochs = turn("turn 1", Verdict::Approved).epochs;
    let fit = Epoch {
        epoch: 1.0,
        ..epochs[1]
    };
    vec![
        candidate("ngrams", "c", vec![fit]),
        candidate("fasttext", "word_ngrams", epochs),
    ]
}

pub fn class_scores() -> ClassScores {
    ClassScores {
        support: 160,
        precision: 0.7123,
        precision_interval: Some((0.65, 0.77)),
        recall: interval(0.6611),
        f1: 0.6857,
        f1_interval: None,
    }
}

pub fn report() -> Report {
    let class = |label: &str, name: &str| Class {
        label: label.into(),
        name: name.into(),
    };
    Report {
        title: "A <b>loop</b> & more".into(),
        summary: "Turn 2 replaced turn 1.".into(),
        created: "2026-11-22 16:00 UTC".into(),
        data: Provenance {
            source: "\"reviews\".csv".into(),
            synthetic: true,
            note: String::new(),
            rows: 3000,
            withheld: Some(600),
        },
        classes: vec![
            class("-1", "negative"),
            class("0", "neutral"),
            class("1", "positive"),
        ],
        turns: vec![
            turn("turn 1", Verdict::Approved),
            turn("turn 2", Verdict::Inconclusive),
        ],
        confidences: Some(Confidences {
            threshold: 0.8,
            values: vec![0.4, 0.79, 0.8, 0.93, 1.0],
        }),
        latency: Some(Latency {
            requests: 60,
            predictions: 600,
            p50_ms: 12.3,
            p99_ms: 45.6,
        }),
        people: Some(People {
            reviewers: "simulated workers".into(),
            texts: 43,
            answers: 71,
            labels: 41,
            uncertain: 31,
            audited: 12,
        }),
        seconds: Some(83.4),
    }
}
