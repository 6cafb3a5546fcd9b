//! Cross entropy of logits, and its gradient, in one pass.

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
        let probabilities = softmax(logits);
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

/// The loss of a row whose class has this probability: one that rounds to zero counts as the
/// smallest, and what is no number gives none.
pub fn of_probability(probability: f64) -> f64 {
    at_least(f64::MIN_POSITIVE, probability)
}

/// The same of a model's answer.
pub fn of_answer(probability: f32) -> f64 {
    at_least(f32::MIN_POSITIVE.into(), probability.into())
}

fn at_least(smallest: f64, probability: f64) -> f64 {
    // `max` would take what is no number for the smallest one.
    let counted = if probability < smallest {
        smallest
    } else {
        probability
    };
    -counted.ln()
}

/// Probabilities of one row.
pub fn softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits
        .iter()
        .map(|logit| f64::from(logit - largest).exp())
        .collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}
