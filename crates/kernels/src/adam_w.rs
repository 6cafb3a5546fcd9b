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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_update_gives_the_bits_of_its_scalar_twin() {
        let step = AdamWStep {
            learning_rate: 0.01,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            corrections: (0.1, 0.001),
            gradient_scale: 0.7,
        };
        let values = |factor: f32| {
            (0..77)
                .map(|n| (n as f32 * factor).sin())
                .collect::<Vec<f32>>()
        };
        let run = |twin: bool| {
            let (mut w, g, mut m) = (values(0.7), values(0.3), values(0.9));
            let mut v: Vec<f32> = values(0.2).iter().map(|v| v * v).collect();
            let update = if twin { adam_w_scalar } else { adam_w };
            update(&step, 0.1, &mut w, &g, &mut m, &mut v);
            [w, m, v]
                .concat()
                .into_iter()
                .map(f32::to_bits)
                .collect::<Vec<_>>()
        };
        assert_eq!(run(false), run(true));
    }
}
