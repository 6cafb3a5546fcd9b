//! Whether a confidence means something: reliability bins, their error, and what a review threshold
//! leaves to the model.

use contracts::evaluation::{CalibrationBin, Coverage};
use policy::intervals::wilson;

use super::answers::Answer;

/// Ten bins of equal width, as reliability diagrams are drawn.
pub const BINS: usize = 10;

/// Review thresholds that are looked at: what people set, and the ends.
const THRESHOLDS: [f64; 12] = [
    0.0, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99,
];

/// A row's confidence, and whether the answer is right.
pub fn outcomes(answers: &[Answer], probabilities: impl Fn(&Answer) -> &[f32]) -> Vec<(f64, bool)> {
    answers
        .iter()
        .map(|answer| {
            let confidence = f64::from(probabilities(answer)[answer.predicted]);
            (confidence, answer.is_right())
        })
        .collect()
}

pub fn bins(outcomes: &[(f64, bool)]) -> Vec<CalibrationBin> {
    (0..BINS)
        .map(|bin| {
            let inside: Vec<&(f64, bool)> = outcomes
                .iter()
                .filter(|(confidence, _)| bin_of(*confidence) == bin)
                .collect();
            let rows = inside.len().max(1) as f64;
            CalibrationBin {
                from: bin as f64 / BINS as f64,
                to: (bin + 1) as f64 / BINS as f64,
                rows: inside.len() as u64,
                mean_confidence: inside.iter().map(|(confidence, _)| confidence).sum::<f64>()
                    / rows,
                accuracy: inside.iter().filter(|(_, right)| *right).count() as f64 / rows,
            }
        })
        .collect()
}

/// The mean distance of confidence and accuracy, weighted by rows (Naeini et al., AAAI 2015).
pub fn expected_calibration_error(bins: &[CalibrationBin]) -> f64 {
    let rows: u64 = bins.iter().map(|bin| bin.rows).sum();
    let distance =
        |bin: &CalibrationBin| bin.rows as f64 * (bin.accuracy - bin.mean_confidence).abs();
    bins.iter().map(distance).sum::<f64>() / rows.max(1) as f64
}

/// At or above a threshold the model decides; below it a person may be asked.
pub fn coverage(outcomes: &[(f64, bool)]) -> Vec<Coverage> {
    THRESHOLDS
        .iter()
        .map(|&threshold| {
            let kept = outcomes
                .iter()
                .filter(|(confidence, _)| *confidence >= threshold);
            let rows = kept.clone().count() as u64;
            let right = kept.filter(|(_, right)| *right).count() as u64;
            Coverage {
                threshold,
                rows,
                coverage: rows as f64 / outcomes.len().max(1) as f64,
                accuracy: (rows > 0).then(|| right as f64 / rows as f64),
                accuracy_interval: wilson(right, rows),
            }
        })
        .collect()
}

/// The last bin includes one.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a confidence lies in [0, 1]"
)]
fn bin_of(confidence: f64) -> usize {
    ((confidence * BINS as f64) as usize).min(BINS - 1)
}
