mod candidates;
mod inputs;
mod labels;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use bert::files::write_json;
use contracts::dataset::{DatasetManifest, Mapping, PreparedRow, Slice};
use contracts::evaluation::{Evaluation, Interval};
use serde_json::Value;
use time::OffsetDateTime;

use super::answers::{Answer, Answers};
use super::comparison::paired_difference;
use super::figures::{model_quality, scores};
use super::{Settings, evaluate, slices};
use crate::calibration::Temperature;
use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::{testing, train};

fn labels() -> Vec<String> {
    ["-1", "0", "1"].map(str::to_owned).to_vec()
}

fn answer(truth: usize, predicted: usize, confidence: f32) -> Answer {
    let mut probabilities = vec![(1.0 - confidence) / 2.0; 3];
    probabilities[predicted] = confidence;
    Answer {
        truth,
        predicted,
        uncalibrated: probabilities.clone(),
        probabilities,
    }
}

fn uncalibrated(rows: Vec<Answer>) -> Answers {
    Answers {
        rows,
        temperature: Temperature::default(),
    }
}

/// Rows truth, columns prediction: [[4, 1, 0], [2, 2, 1], [0, 1, 9]].
fn answers() -> Vec<Answer> {
    let table = [[4, 1, 0], [2, 2, 1], [0, 1, 9]];
    let mut answers = Vec::new();
    for (truth, row) in table.iter().enumerate() {
        for (predicted, count) in row.iter().enumerate() {
            answers.extend((0..*count).map(|_| answer(truth, predicted, 0.8)));
        }
    }
    answers
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-6,
        "{found}, expected {expected}"
    );
}

#[test]
fn scores_agree_with_a_table_worked_by_hand() {
    let scores = scores(&uncalibrated(answers()), &labels());
    assert_eq!(scores.rows, 20);
    assert_eq!(
        scores.confusion,
        vec![vec![4, 1, 0], vec![2, 2, 1], vec![0, 1, 9]],
        "rows are the truth"
    );
    close(scores.accuracy, 15.0 / 20.0);
    close(scores.balanced_accuracy, (0.8 + 0.4 + 0.9) / 3.0);
    let expected = [
        ("-1", 5, 4.0 / 6.0, 0.8),
        ("0", 5, 2.0 / 4.0, 0.4),
        ("1", 10, 9.0 / 10.0, 0.9),
    ];
    for (class, (label, support, precision, recall)) in scores.classes.iter().zip(expected) {
        assert_eq!((class.label.as_str(), class.support), (label, support));
        close(class.precision, precision);
        close(class.recall, recall);
        close(class.f1, 2.0 * precision * recall / (precision + recall));
        assert!(class.recall_interval.low < recall && recall < class.recall_interval.high);
    }
    let f1 = [8.0 / 11.0, 4.0 / 9.0, 0.9];
    close(scores.macro_f1, f1.iter().sum::<f64>() / 3.0);
    close(
        scores.mean_cross_entropy,
        -(15.0 * 0.8f64.ln() + 5.0 * 0.1f64.ln()) / 20.0,
    );
}

#[test]
fn the_f1_of_every_class_has_an_interval_that_narrows_with_its_rows() {
    let width = |times: usize| -> Vec<f64> {
        let rows = (0..times).flat_map(|_| answers()).collect();
        let classes = scores(&uncalibrated(rows), &labels()).classes;
        let width = |class: contracts::evaluation::ClassScores| {
            let interval = class.f1_interval.unwrap();
            assert!(interval.low <= class.f1 && class.f1 <= interval.high);
            interval.high - interval.low
        };
        classes.into_iter().map(width).collect()
    };
    for (few, many) in width(1).into_iter().zip(width(16)) {
        assert!(many < 0.4 * few && many > 0.1 * few, "{few}, then {many}");
    }
}

#[test]
fn the_registry_reads_the_same_numbers() {
    let quality = model_quality(&uncalibrated(answers()), &labels());
    assert_eq!(
        quality.confusion_matrix["0"]["-1"], 2,
        "truth first, then prediction"
    );
    close(quality.accuracy.value, 0.75);
    close(quality.balanced_accuracy.value, 0.7);
    close(quality.weighted_recall.value, 0.75);
    close(
        quality.weighted_precision.value,
        (5.0 * (4.0 / 6.0) + 5.0 * 0.5 + 10.0 * 0.9) / 20.0,
    );
}

#[test]
fn calibration_bins_hold_every_row_once() {
    let mut answers = answers();
    answers.push(answer(0, 0, 1.0));
    answers.push(answer(0, 1, 0.34));
    let bins = scores(&uncalibrated(answers), &labels()).calibration;
    assert_eq!(bins.len(), 10);
    assert_eq!(bins.iter().map(|bin| bin.rows).sum::<u64>(), 22);
    assert_eq!((bins[3].rows, bins[8].rows, bins[9].rows), (1, 20, 1));
    close(bins[8].accuracy, 0.75);
    close(bins[8].mean_confidence, 0.8);
}

#[test]
fn coverage_counts_what_is_left_to_the_model() {
    let answers = vec![
        answer(0, 0, 0.95),
        answer(1, 1, 0.92),
        answer(1, 2, 0.91),
        answer(2, 0, 0.5),
        answer(2, 2, 0.45),
    ];
    let coverage = scores(&uncalibrated(answers), &labels()).coverage;
    let at = |threshold: f64| {
        let point = coverage
            .iter()
            .find(|point| (point.threshold - threshold).abs() < 1e-9);
        *point.unwrap()
    };
    assert_eq!(
        (at(0.0).rows, at(0.5).rows, at(0.9).rows, at(0.99).rows),
        (5, 4, 3, 0)
    );
    close(at(0.0).accuracy.unwrap(), 0.6);
    close(at(0.9).coverage, 0.6);
    close(at(0.9).accuracy.unwrap(), 2.0 / 3.0);
    assert!(
        at(0.99).accuracy.is_none(),
        "of no row there is no accuracy"
    );
    let Interval { low, high } = at(0.99).accuracy_interval;
    close(low, 0.0);
    close(high, 1.0);
}

#[test]
fn a_category_is_scored_against_all_others() {
    let row = |category: Option<&str>| PreparedRow {
        facets: None,
        review_body: String::new(),
        sentiment: String::new(),
        row_hash: String::new(),
        slice: Slice::Gate,
        category: category.map(str::to_owned),
        inclusion_probability: None,
    };
    let rows: Vec<PreparedRow> = (0..80)
        .map(|n| row([Some("Dresses"), Some("Dresses"), Some("Knits"), None][n % 4]))
        .collect();
    // Of the dresses every second one is right, of all else everything.
    let answers = (0..80).map(|n| answer(n % 3, if n % 4 == 0 { (n + 1) % 3 } else { n % 3 }, 0.8));
    let places: Vec<usize> = (0..80).collect();
    let slices = slices::by_category(
        &rows,
        &places,
        &uncalibrated(answers.collect()),
        &manifest(&labels()),
    );
    let [dresses, knits] = slices.as_slice() else {
        panic!("{slices:?}")
    };
    assert_eq!(
        (dresses.value.as_str(), dresses.rows, dresses.small),
        ("Dresses", 40, false)
    );
    assert_eq!(
        (knits.value.as_str(), knits.rows, knits.small),
        ("Knits", 20, true)
    );
    assert_eq!(dresses.support.iter().sum::<u64>(), 40);
    close(dresses.accuracy, 0.5);
    close(dresses.accuracy_difference, -0.5);
    assert!(dresses.accuracy_difference_interval.high < -0.2);
    close(knits.balanced_accuracy, 1.0);
    close(knits.accuracy_difference, 1.0 - 40.0 / 60.0);
}

fn no_incumbent() -> Settings {
    Settings {
        champion_model_package: "none".to_owned(),
        anchor_model_package: "none".to_owned(),
        explain_rows: 0,
        explain_work: u64::MAX,
    }
}

/// The whole job: what is written reads as the contract, and holds what it should.
#[test]
fn a_job_scores_every_row_and_explains_some() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    testing::training_job(&container, &testing::rows(120), &[]);
    train::run(&container).unwrap();
    fs::create_dir_all(container.input("model")).unwrap();
    fs::rename(container.model(), container.input("model")).unwrap();
    fs::create_dir_all(container.input("champion")).unwrap();
    for (input, file, json) in [
        (
            "manifest",
            "1.json",
            serde_json::to_string(&manifest(&labels())).unwrap(),
        ),
        ("test", "part-00000.jsonl", prepared(30)),
    ] {
        fs::create_dir_all(container.input(input)).unwrap();
        fs::write(container.input(input).join(file), json).unwrap();
    }
    let settings = Settings {
        explain_rows: 12,
        ..no_incumbent()
    };
    evaluate(&container, &settings).unwrap();
    let read = |name: &str| fs::read_to_string(container.output("evaluation").join(name)).unwrap();
    let evaluation: Evaluation = serde_json::from_str(&read("evaluation.json")).unwrap();
    assert_eq!(read("predictions.jsonl").lines().count(), 30);
    assert!(
        !read("predictions.jsonl").contains("dress"),
        "no text leaves the job"
    );
    assert_eq!(evaluation.challenger.rows, 30);
    assert_eq!(evaluation.confusion_axes, ["truth", "prediction"]);
    assert_eq!(evaluation.slices.len(), 2);
    let telling = evaluation.telling_words.unwrap();
    assert_eq!(
        (telling.rows, telling.of_rows, telling.incomplete_rows),
        (12, 30, 0)
    );
    let quality: Value = serde_json::from_str(&read("evaluation.json")).unwrap();
    let quality = &quality["multiclass_classification_metrics"];
    for metric in [
        "accuracy",
        "weighted_f0_5",
        "weighted_f2",
        "accuracy_best_constant_classifier",
        "weighted_f2_best_constant_classifier",
    ] {
        assert!(quality[metric]["value"].is_number(), "{metric}: {quality}");
    }
    assert!(quality["accuracy"]["standard_deviation"].is_number());
}

#[test]
fn an_evaluation_of_an_older_version_still_reads() {
    let metric = serde_json::json!({"value": 0.5});
    let interval = serde_json::json!({"low": 0.4, "high": 0.6});
    let scores = serde_json::json!({
        "rows": 0, "accuracy": 0.5, "accuracy_interval": interval, "balanced_accuracy": 0.5,
        "balanced_accuracy_interval": interval, "macro_f1": 0.5, "classes": [], "confusion": [],
        "mean_cross_entropy": 1.0, "calibration": [],
    });
    let older = serde_json::json!({
        "multiclass_classification_metrics": {
            "confusion_matrix": {}, "accuracy": metric, "balanced_accuracy": metric,
            "macro_f1": metric, "weighted_recall": metric, "weighted_precision": metric,
            "weighted_f1": metric,
        },
        "dataset_version_id": "v", "split_version": 1, "labels": [], "challenger": scores,
        "champion": {
            "model_package_arn": "old", "scores": scores,
            "difference": {
                "value": 0.0, "interval": interval, "only_challenger_right": 1,
                "only_champion_right": 1,
            },
        },
        "uncertain": null, "training": null,
    });
    let read: Evaluation = serde_json::from_value(older).unwrap();
    assert!(
        read.multiclass_classification_metrics
            .best_constant_classifier
            .is_none()
    );
    assert!(read.champion.unwrap().difference.mcnemar_p.is_none());
}

fn prepared(count: usize) -> String {
    let lines = testing::rows(count)
        .into_iter()
        .enumerate()
        .map(|(n, row)| {
            let row = PreparedRow {
                row_hash: policy::text::row_hash(&row.text),
                review_body: row.text,
                sentiment: row.label,
                slice: Slice::Gate,
                category: Some(["Dresses", "Knits"][n % 2].to_owned()),
                facets: None,
                inclusion_probability: None,
            };
            serde_json::to_string(&row).unwrap()
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn manifest(labels: &[String]) -> DatasetManifest {
    DatasetManifest {
        dataset: "reviews".to_owned(),
        number: 1,
        id: "version".to_owned(),
        parts: Vec::new(),
        replacement: None,
        mapping: Mapping {
            text_column: "review_body".to_owned(),
            context_columns: Vec::new(),
            label_column: "sentiment".to_owned(),
            category_column: Some("product_category".to_owned()),
            labels: BTreeMap::new(),
        },
        labels: labels.to_vec(),
        prepare_version: policy::split::VERSION,
        created_at: OffsetDateTime::UNIX_EPOCH,
        check: None,
    }
}

#[test]
fn the_paired_difference_counts_rows_that_only_one_got_right() {
    let challenger = [
        answer(0, 0, 0.8),
        answer(0, 0, 0.8),
        answer(1, 1, 0.8),
        answer(1, 0, 0.8),
        answer(2, 2, 0.8),
    ];
    let champion = [
        answer(0, 0, 0.8),
        answer(0, 1, 0.8),
        answer(1, 0, 0.8),
        answer(1, 1, 0.8),
        answer(2, 2, 0.8),
    ];
    let difference = paired_difference(&challenger, &champion, 3);
    assert_eq!(
        (
            difference.only_challenger_right,
            difference.only_champion_right
        ),
        (2, 1)
    );
    close(difference.value, 0.5 / 3.0);
    let Interval { low, high } = difference.interval;
    assert!(low < difference.value && difference.value < high);
}

#[test]
fn no_rows_score_zero_and_divide_by_nothing() {
    let scores = scores(&uncalibrated(Vec::new()), &labels());
    close(scores.accuracy, 0.0);
    close(scores.mean_cross_entropy, 0.0);
}
