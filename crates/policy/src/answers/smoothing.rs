//! What keeps expected counts from becoming certainties. Without it the estimate is Dawid and Skene's own.
//!
//! The numbers make posteriors as high as their labels are often right in `examples/reviewers`; with a third of the
//! answers, posteriors promise a point too much.

/// How good a reviewer is before anything is known of him: so that two who agree on one of three labels are
/// believed at 0.95.
const EXPECTED_ACCURACY: f64 = 0.76;
/// As if so many answers had been seen at the expected accuracy: a few more make nobody perfect or wicked.
const EXPECTED_ANSWERS: f64 = 20.0;
/// As if so many answers to texts of each label had been seen at the reviewer's own accuracy: rare labels say
/// little of their own.
const ANSWERS_BY_LABEL: f64 = 20.0;

/// How expected counts become probabilities.
pub struct Smoothing {
    /// From a reviewer's counts by answer and truth.
    pub confusion: fn(&[Vec<f64>]) -> Vec<Vec<f64>>,
    /// As if so many texts of each label had been seen.
    pub texts_by_label: f64,
}

pub const SMOOTHED: Smoothing = Smoothing {
    confusion,
    texts_by_label: 1.0,
};

/// From expected counts by answer and truth. Each label's row is smoothed towards the reviewer's accuracy, and
/// that towards the expected one, so that a label is believed to be answered like the others until it was seen often.
fn confusion(counts: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let labels = counts.len();
    let right: f64 = (0..labels).map(|label| counts[label][label]).sum();
    let all: f64 = counts.iter().flatten().sum();
    let accuracy = (right + EXPECTED_ANSWERS * EXPECTED_ACCURACY) / (all + EXPECTED_ANSWERS);
    let wrong = (1.0 - accuracy) / labels.saturating_sub(1).max(1) as f64;
    let of_truth: Vec<f64> = (0..labels)
        .map(|truth| counts.iter().map(|row| row[truth]).sum())
        .collect();
    let probability = |answer: usize, truth: usize| {
        let expected = if answer == truth { accuracy } else { wrong };
        (counts[answer][truth] + ANSWERS_BY_LABEL * expected) / (of_truth[truth] + ANSWERS_BY_LABEL)
    };
    let row = |answer| {
        (0..labels)
            .map(|truth| probability(answer, truth))
            .collect()
    };
    (0..labels).map(row).collect()
}
