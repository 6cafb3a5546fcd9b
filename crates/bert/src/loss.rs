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
