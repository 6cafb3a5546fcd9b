//! From logits to probabilities.
//!
//! The softmax of attention is neither of these: `kernels::rows::softmax` takes many rows at a time with an
//! approximation of the exponential function, and other bits.

/// In place, in f32, as answers are stored.
pub fn softmax(logits: &mut [f32]) {
    let largest = largest(logits);
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        *logit = (*logit - largest).exp();
        sum += *logit;
    }
    for power in logits.iter_mut() {
        *power /= sum;
    }
}

/// The same in f64, for training: a loss and its gradient are differences of numbers near to each other.
pub fn softmax_in_f64(logits: &[f32]) -> Vec<f64> {
    let largest = largest(logits);
    let powers: Vec<f64> = logits
        .iter()
        .map(|logit| f64::from(logit - largest).exp())
        .collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// The place of the largest probability or logit; the first of equals.
pub fn most_likely(values: &[f32]) -> usize {
    let mut best = 0;
    for (place, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = place;
        }
    }
    best
}

fn largest(logits: &[f32]) -> f32 {
    logits.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_the_definition_and_large_logits_do_not_overflow() {
        let logits = [1.0f32, 3.0, 2.5];
        let sum: f64 = logits.iter().map(|logit| f64::from(*logit).exp()).sum();
        for shift in [0.0, 1000.0] {
            let shifted = logits.map(|logit| logit + shift);
            let mut single = shifted;
            softmax(&mut single);
            let double = softmax_in_f64(&shifted);
            for ((logit, single), double) in logits.iter().zip(single).zip(double) {
                let expected = f64::from(*logit).exp() / sum;
                assert!((double - expected).abs() < 1e-12, "{double}, {expected}");
                assert!((f64::from(single) - expected).abs() < 1e-6, "{single}");
            }
        }
    }

    #[test]
    fn the_first_of_equals_is_most_likely() {
        assert_eq!(most_likely(&[0.2, 0.4, 0.4]), 1);
        assert_eq!(most_likely(&[f32::NAN, 0.1]), 0);
    }
}
