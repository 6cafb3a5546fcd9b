//! Cross entropy of logits, and its gradient, in one pass.

use scores::loss::of_probability;
use scores::softmax_in_f64;

/// Each row's loss times its class's weight, over `total`, the update's sum of such weights.
/// Returns the sum over the rows and leaves the gradient by logit in `gradient`.
///
/// `smoothing` is label smoothing's ε (Szegedy et al., arXiv:1512.00567; `label_smoothing_factor` of transformers):
/// ε/C of a row's target goes to each of the C classes, the rest to its own, y. With weights w the sum over the
/// rows is what PyTorch's `CrossEntropyLoss(weight, label_smoothing)` has with mean reduction,
/// `Σ [(1-ε) w_y (-ln p_y) + ε/C Σ_c w_c (-ln p_c)] / Σ w_y`: each class's share counts by that class's weight, and
/// the divisor is the one without smoothing. The gradient by logit j is, of a row,
/// `[(1-ε) w_y (p_j - [j = y]) + ε/C (p_j Σ_c w_c - w_j)] / Σ w_y`. With ε = 0 only zeros are added.
#[allow(
    clippy::cast_possible_truncation,
    reason = "sums are taken in f64, gradients kept in f32"
)]
pub fn cross_entropy(
    logits: &[f32],
    classes: &[usize],
    class_weights: &[f32],
    total: f64,
    smoothing: f64,
    gradient: &mut Vec<f32>,
) -> f64 {
    gradient.clear();
    let each = smoothing / class_weights.len() as f64;
    let shares = class_weights.iter();
    let shares: Vec<f64> = shares.map(|w| each * f64::from(*w) / total).collect();
    let all: f64 = shares.iter().sum();
    let mut loss = 0.0;
    for (logits, class) in logits.chunks_exact(class_weights.len()).zip(classes) {
        let weight = (1.0 - smoothing) * f64::from(class_weights[*class]) / total;
        let probabilities = softmax_in_f64(logits);
        loss += weight * of_probability(probabilities[*class]);
        let even = shares.iter().zip(&probabilities);
        loss += even
            .map(|(share, p)| share * of_probability(*p))
            .sum::<f64>();
        gradient.extend(probabilities.iter().zip(&shares).enumerate().map(
            |(place, (probability, share))| {
                let target = if place == *class { 1.0 } else { 0.0 };
                (weight * (probability - target) + (all * probability - share)) as f32
            },
        ));
    }
    loss
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 6] = [1.0, -0.5, 0.25, 0.5, 2.0, -1.0];
    const CLASSES: [usize; 2] = [0, 2];

    /// Beside `torch.nn.CrossEntropyLoss(weights, label_smoothing=smoothing)` in f64 by torch 2.15.
    #[track_caller]
    fn is_torchs(weights: [f32; 3], smoothing: f64, loss: f64, gradient: [[f64; 3]; 2]) {
        let total = CLASSES.iter().map(|class| f64::from(weights[*class])).sum();
        let mut found = Vec::new();
        let of_rows = cross_entropy(&LOGITS, &CLASSES, &weights, total, smoothing, &mut found);
        assert!(
            (of_rows - loss).abs() < 1e-12,
            "{of_rows}, torch has {loss}"
        );
        assert_eq!(found.len(), LOGITS.len());
        for (found, expected) in found.iter().zip(gradient.as_flattened()) {
            let difference = f64::from(*found) - expected;
            assert!(difference.abs() < 1e-7, "{found}, torch has {expected}");
        }
    }

    #[test]
    fn smoothed_losses_and_gradients_are_those_of_torch() {
        let first = [
            -0.17176783483826036,
            0.0491341569067905,
            0.12263367793146984,
        ];
        let second = [0.07097852940335168, 0.3761318506279713, -0.447110380031323];
        is_torchs([1.0; 3], 0.1, 1.8471435202562336, [first, second]);
    }

    #[test]
    fn each_class_is_smoothed_by_its_own_weight_over_the_sum_without_smoothing() {
        let weights = [0.5, 1.0, 2.0];
        let first = [
            0.005143345823907511,
            -0.0031515387988639925,
            -0.0019918070250435683,
        ];
        let second = [0.10270327449802566, 0.509917924212493, -0.6126211987105187];
        is_torchs(weights, 0.3, 2.3867511159394965, [first, second]);
        let first = [
            -0.08204046726863748,
            0.026320329429382866,
            0.055720137839254606,
        ];
        let second = [0.14023231371202935, 0.6284776276714208, -0.7687099413834501];
        is_torchs(weights, 0.0, 2.6986441860967876, [first, second]);
    }
}
