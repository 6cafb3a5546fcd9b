//! Cross entropy of logits, and its gradient, in one pass.

use scores::loss::of_probability;
use scores::softmax_in_f64;

/// Each row's loss times its class's weight, over `total`, the update's sum of such weights.
/// Returns the sum over the rows and leaves the gradient by logit in `gradient`.
#[allow(
    clippy::cast_possible_truncation,
    reason = "sums are taken in f64, gradients kept in f32"
)]
pub fn cross_entropy(
    logits: &[f32],
    classes: &[usize],
    class_weights: &[f32],
    total: f64,
    gradient: &mut Vec<f32>,
) -> f64 {
    gradient.clear();
    let mut loss = 0.0;
    for (logits, class) in logits.chunks_exact(class_weights.len()).zip(classes) {
        let weight = f64::from(class_weights[*class]) / total;
        let probabilities = softmax_in_f64(logits);
        loss += weight * of_probability(probabilities[*class]);
        gradient.extend(
            probabilities
                .iter()
                .enumerate()
                .map(|(place, probability)| {
                    let target = if place == *class { 1.0 } else { 0.0 };
                    (weight * (probability - target)) as f32
                }),
        );
    }
    loss
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 6] = [1.0, -0.5, 0.25, 0.5, 2.0, -1.0];
    const CLASSES: [usize; 2] = [0, 2];

    /// In f64, by torch 2.15.
    #[test]
    fn loss_and_gradient_are_those_of_torchs_weighted_cross_entropy() {
        let weights: [f32; 3] = [0.5, 1.0, 2.0];
        let total = CLASSES.iter().map(|class| f64::from(weights[*class])).sum();
        let mut gradient = Vec::new();
        let loss = cross_entropy(&LOGITS, &CLASSES, &weights, total, &mut gradient);
        assert!((loss - 2.6986441860967876).abs() < 1e-12, "{loss}");
        let expected: [f64; 6] = [
            -0.08204046726863748,
            0.026320329429382866,
            0.055720137839254606,
            0.14023231371202935,
            0.6284776276714208,
            -0.7687099413834501,
        ];
        assert_eq!(gradient.len(), expected.len());
        for (found, expected) in gradient.iter().zip(expected) {
            let difference = f64::from(*found) - expected;
            assert!(difference.abs() < 1e-7, "{found}, torch has {expected}");
        }
    }
}
