use contracts::evaluation::Interval;

use super::confusion::Confusion;
use super::scores::{Answer, model_quality, paired_difference, scores};

fn labels() -> Vec<String> {
    ["-1", "0", "1"].map(str::to_owned).to_vec()
}

fn answer(truth: usize, predicted: usize, confidence: f32) -> Answer {
    let mut probabilities = vec![(1.0 - confidence) / 2.0; 3];
    probabilities[predicted] = confidence;
    Answer {
        truth,
        predicted,
        probabilities,
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
    let scores = scores(&answers(), &labels());
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
fn the_registry_reads_the_same_numbers() {
    let quality = model_quality(&answers(), &labels());
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
    let bins = scores(&answers, &labels()).calibration;
    assert_eq!(bins.len(), 10);
    assert_eq!(bins.iter().map(|bin| bin.rows).sum::<u64>(), 22);
    assert_eq!((bins[3].rows, bins[8].rows, bins[9].rows), (1, 20, 1));
    close(bins[8].accuracy, 0.75);
    close(bins[8].mean_confidence, 0.8);
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
fn a_class_without_rows_or_predictions_scores_zero_and_divides_by_nothing() {
    let mut confusion = Confusion::new(3);
    confusion.add(0, 0);
    confusion.add(1, 0);
    close(confusion.precision(2), 0.0);
    close(confusion.recall(2), 0.0);
    close(confusion.f1(2), 0.0);
    close(confusion.balanced_accuracy(), 1.0 / 3.0);
    assert!(scores(&[], &labels()).accuracy.abs() < f64::EPSILON);
}
