//! The scores against scikit-learn's and scipy's; `peers/checks/scores.py` makes the file again.

use serde::Deserialize;

use super::answers::{Answer, Answers};
use super::comparison::paired_difference;
use super::figures::{model_quality, scores};
use crate::calibration::{self, Temperature};
use scores::most_likely;

#[derive(Deserialize)]
struct Recorded {
    truth: Vec<usize>,
    logits: Vec<Vec<f64>>,
    others: Vec<Vec<f64>>,
    temperature: f64,
    confusion: Vec<Vec<u64>>,
    accuracy: f64,
    accuracy_interval: [f64; 2],
    balanced_accuracy: f64,
    macro_f1: f64,
    precision: Vec<f64>,
    precision_interval: Vec<[f64; 2]>,
    recall: Vec<f64>,
    recall_interval: Vec<[f64; 2]>,
    f1: Vec<f64>,
    support: Vec<u64>,
    weighted_f0_5: f64,
    weighted_f1: f64,
    weighted_f2: f64,
    weighted_f2_best_constant_classifier: f64,
    log_loss: f64,
    uncalibrated_log_loss: f64,
    expected_calibration_error: f64,
    uncalibrated_expected_calibration_error: f64,
    fitted_temperature: f64,
    bootstrap: RecordedBootstrap,
    comparison: RecordedComparison,
}

#[derive(Deserialize)]
struct RecordedBootstrap {
    balanced_accuracy: RecordedEstimate,
    macro_f1: RecordedEstimate,
}

#[derive(Deserialize)]
struct RecordedEstimate {
    interval: [f64; 2],
    standard_deviation: f64,
}

#[derive(Deserialize)]
struct RecordedComparison {
    only_first: u64,
    only_second: u64,
    mcnemar_p: f64,
    minimum_detectable_difference: f64,
    simulated_power: f64,
}

fn recorded() -> Recorded {
    serde_json::from_str(include_str!("../../tests/data/scores.json")).unwrap()
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "probabilities are stored as f32"
)]
fn softmax(logits: &[f64]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| (power / sum) as f32).collect()
}

fn answers(recorded: &Recorded, logits: &[Vec<f64>]) -> Answers {
    let temperature = Temperature::new(recorded.temperature).unwrap();
    let rows = recorded.truth.iter().zip(logits).map(|(truth, logits)| {
        let uncalibrated = softmax(logits);
        let mut probabilities = uncalibrated.clone();
        temperature.apply(&mut probabilities);
        Answer {
            truth: *truth,
            predicted: most_likely(&probabilities),
            probabilities,
            uncalibrated,
        }
    });
    Answers {
        rows: rows.collect(),
        temperature,
    }
}

fn labels() -> Vec<String> {
    ["-1", "0", "1"].map(str::to_owned).to_vec()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    within(found, expected, 1e-6);
}

#[track_caller]
fn within(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() < tolerance,
        "{found}, expected {expected}"
    );
}

#[test]
fn scores_agree_with_scikit_learn() {
    let recorded = recorded();
    let scores = scores(&answers(&recorded, &recorded.logits), &labels());
    assert_eq!(scores.confusion, recorded.confusion);
    close(scores.accuracy, recorded.accuracy);
    close(scores.accuracy_interval.low, recorded.accuracy_interval[0]);
    close(scores.accuracy_interval.high, recorded.accuracy_interval[1]);
    close(scores.balanced_accuracy, recorded.balanced_accuracy);
    close(scores.macro_f1, recorded.macro_f1);
    for (place, class) in scores.classes.iter().enumerate() {
        assert_eq!(class.support, recorded.support[place]);
        close(class.precision, recorded.precision[place]);
        close(class.recall, recorded.recall[place]);
        close(class.f1, recorded.f1[place]);
        close(
            class.recall_interval.low,
            recorded.recall_interval[place][0],
        );
        close(
            class.recall_interval.high,
            recorded.recall_interval[place][1],
        );
        let interval = class.precision_interval.unwrap();
        close(interval.low, recorded.precision_interval[place][0]);
        close(interval.high, recorded.precision_interval[place][1]);
    }
}

#[test]
fn the_registrys_metrics_agree_with_scikit_learn() {
    let recorded = recorded();
    let quality = model_quality(&answers(&recorded, &recorded.logits), &labels());
    close(quality.weighted_recall.value, recorded.accuracy);
    close(quality.weighted_f0_5.unwrap().value, recorded.weighted_f0_5);
    close(quality.weighted_f1.value, recorded.weighted_f1);
    close(quality.weighted_f2.unwrap().value, recorded.weighted_f2);
    let constant = quality.best_constant_classifier.unwrap();
    close(
        constant.weighted_f2.value,
        recorded.weighted_f2_best_constant_classifier,
    );
    let found = quality.balanced_accuracy.standard_deviation.unwrap();
    within(
        found,
        recorded.bootstrap.balanced_accuracy.standard_deviation,
        0.001,
    );
}

#[test]
fn calibration_agrees_with_scikit_learn_and_scipy() {
    let recorded = recorded();
    let answers = answers(&recorded, &recorded.logits);
    let scores = scores(&answers, &labels());
    let uncalibrated = scores.uncalibrated.unwrap();
    close(scores.mean_cross_entropy, recorded.log_loss);
    close(
        uncalibrated.mean_cross_entropy,
        recorded.uncalibrated_log_loss,
    );
    close(
        scores.expected_calibration_error.unwrap(),
        recorded.expected_calibration_error,
    );
    close(
        uncalibrated.expected_calibration_error,
        recorded.uncalibrated_expected_calibration_error,
    );
    let probabilities: Vec<Vec<f32>> = answers
        .rows
        .iter()
        .map(|answer| answer.uncalibrated.clone())
        .collect();
    let fitted = calibration::fit(&probabilities, &recorded.truth, "validation").unwrap();
    within(fitted.temperature, recorded.fitted_temperature, 1e-4);
}

/// Other random numbers: an interval's bound moves by some hundredths of its width.
#[test]
fn the_bootstrap_agrees_with_numpys() {
    let recorded = recorded();
    let scores = scores(&answers(&recorded, &recorded.logits), &labels());
    let bootstrap = scores.bootstrap.unwrap();
    for (found, expected) in [
        (
            bootstrap.balanced_accuracy,
            recorded.bootstrap.balanced_accuracy,
        ),
        (bootstrap.macro_f1, recorded.bootstrap.macro_f1),
    ] {
        within(found.interval.low, expected.interval[0], 0.006);
        within(found.interval.high, expected.interval[1], 0.006);
        within(found.standard_deviation, expected.standard_deviation, 0.001);
    }
}

#[test]
fn the_comparison_agrees_with_scipy() {
    let recorded = recorded();
    let (first, second) = (
        answers(&recorded, &recorded.logits),
        answers(&recorded, &recorded.others),
    );
    let difference = paired_difference(&first.rows, &second.rows, 3);
    let expected = &recorded.comparison;
    assert_eq!(difference.only_challenger_right, expected.only_first);
    assert_eq!(difference.only_champion_right, expected.only_second);
    close(difference.mcnemar_p.unwrap(), expected.mcnemar_p);
    close(
        difference.minimum_detectable_difference.unwrap(),
        expected.minimum_detectable_difference,
    );
    // What was promised as 80 % is what 20,000 simulated tests of such rows gave.
    within(expected.simulated_power, 0.8, 0.03);
}
