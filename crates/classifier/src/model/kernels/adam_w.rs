//! One `AdamW` update (Loshchilov and Hutter, arXiv:1711.05101) of some values, in place.

use super::vectorised::vectorised;

/// What one update needs besides the weights, their gradient and its moments.
#[derive(Clone, Copy, Debug)]
pub struct AdamWStep {
    pub learning_rate: f32,
    pub beta1: f32,
    pub beta2: f32,
    pub eps: f32,
    /// `1 - beta^t` for both moments.
    pub corrections: (f32, f32),
    /// Factor on the gradient: gradient clipping without a pass of its own.
    pub gradient_scale: f32,
}

vectorised! {
    pub fn adam_w / adam_w_scalar(
        step: &AdamWStep, weight_decay: f32,
        weights: &mut [f32], gradients: &[f32], first: &mut [f32], second: &mut [f32],
    ) {
        let keep = 1.0 - step.learning_rate * weight_decay;
        let (correction1, correction2) = step.corrections;
        let (rate, root) = (step.learning_rate / correction1, 1.0 / correction2.sqrt());
        let values = weights.iter_mut().zip(gradients).zip(first).zip(second);
        for (((w, g), m), v) in values {
            let g = g * step.gradient_scale;
            *m = step.beta1 * *m + (1.0 - step.beta1) * g;
            *v = step.beta2 * *v + (1.0 - step.beta2) * g * g;
            *w = *w * keep - rate * *m / (v.sqrt() * root + step.eps);
        }
    }
}
