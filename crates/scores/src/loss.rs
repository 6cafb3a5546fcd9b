//! Cross entropy of a row, in nats: minus the logarithm of its class's probability.

/// For a probability that was computed in f64 from logits, as training does: a row that a model gets badly wrong keeps
/// a loss that falls as the model learns, where its f32 probability is zero already.
pub fn of_probability(probability: f64) -> f64 {
    -at_least(f64::MIN_POSITIVE, probability).ln()
}

/// For a probability that a model answered, which is an f32.
pub fn of_answer(probability: f32) -> f64 {
    -floored(probability).ln()
}

/// An answer's probability as it counts in a logarithm: one that rounds to zero is the smallest normal number.
pub fn floored(probability: f32) -> f64 {
    at_least(f32::MIN_POSITIVE.into(), probability.into())
}

/// NaN stays NaN: `max` would make the floor of it and hide a damaged model.
fn at_least(floor: f64, probability: f64) -> f64 {
    if probability < floor {
        floor
    } else {
        probability
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_of_zero_has_a_finite_loss_and_nan_has_none() {
        assert_eq!(of_answer(0.0), -f64::from(f32::MIN_POSITIVE).ln());
        assert_eq!(of_probability(0.0), -f64::MIN_POSITIVE.ln());
        assert_eq!((of_answer(1.0), of_probability(1.0)), (0.0, 0.0));
        assert_eq!(of_answer(0.25), of_probability(0.25));
        assert!(of_answer(f32::NAN).is_nan() && of_probability(f64::NAN).is_nan());
    }
}
