//! What is done to rows of values between the products, each in one pass with its backward pass.
//! Slices are row-major; a row is as wide as the `weight` or `bias` that comes with it.

use super::vectorised::{exp, largest_of, sum_of, vectorised};

/// Makes the buffer this long; what is new of it is zero.
pub fn resize(buffer: &mut Vec<f32>, size: usize) {
    buffer.resize(size, 0.0);
}

vectorised! {
    /// `xs += ys`.
    pub fn add / add_scalar(xs: &mut [f32], ys: &[f32]) {
        for (x, y) in xs.iter_mut().zip(ys) {
            *x += y;
        }
    }
}

vectorised! {
    /// Adds to `sums` the first columns of every row, the rows beginning `step` values apart.
    pub fn add_column_sums / add_column_sums_scalar(sums: &mut [f32], xs: &[f32], step: usize) {
        for row in xs.chunks(step) {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum += x;
            }
        }
    }
}

vectorised! {
    /// `out = gelu(xs)`.
    pub fn gelu / gelu_scalar(xs: &[f32], out: &mut [f32]) {
        for (x, out) in xs.iter().zip(out) {
            *out = *x * normal(*x).1;
        }
    }
}

vectorised! {
    /// `xs = gelu'(xs) gradient`, and `gradient = gelu(xs)` once more.
    pub fn gelu_backward / gelu_backward_scalar(xs: &mut [f32], gradient: &mut [f32]) {
        for (x, gradient) in xs.iter_mut().zip(gradient) {
            let (density, cumulative) = normal(*x);
            let derivative = cumulative + *x * density;
            let activated = *x * cumulative;
            *x = *gradient * derivative;
            *gradient = activated;
        }
    }
}

/// Density and distribution function of the standard normal at `x`.
///
/// Abramowitz and Stegun 26.2.17 (the same polynomial as 7.1.26): absolute error below 7.5e-8 in
/// exact arithmetic, and some units in the last place of an f32 near one as it is computed here.
#[allow(
    clippy::inline_always,
    reason = "the body takes the features of the function it is inlined into"
)]
#[inline(always)]
fn normal(x: f32) -> (f32, f32) {
    const ONE_OVER_SQRT_TWO_PI: f32 = 0.398_942_3;
    let magnitude = x.abs();
    let density = ONE_OVER_SQRT_TWO_PI * exp(-0.5 * magnitude * magnitude);
    let t = 1.0 / (1.0 + 0.231_641_9 * magnitude);
    let mut polynomial = 1.330_274_4f32;
    for coefficient in [-1.821_256, 1.781_477_9, -0.356_563_78, 0.319_381_53] {
        polynomial = polynomial * t + coefficient;
    }
    let upper_tail = density * polynomial * t;
    (
        density,
        if x < 0.0 {
            upper_tail
        } else {
            1.0 - upper_tail
        },
    )
}

vectorised! {
    /// Layer normalisation (arXiv:1607.06450). `xs` becomes the normalised rows and `scales` each
    /// row's reciprocal standard deviation, which a backward pass needs; `out` is the result.
    pub fn layer_norm / layer_norm_scalar(
        xs: &mut [f32], scales: &mut [f32], weight: &[f32], bias: &[f32], eps: f32, out: &mut [f32],
    ) {
        let width = weight.len();
        let rows = xs.chunks_exact_mut(width).zip(out.chunks_exact_mut(width)).zip(scales);
        for ((xs, out), scale) in rows {
            let mean = sum_of(xs, xs, |x, _| x) / width as f32;
            let variance = sum_of(xs, xs, |x, _| (x - mean) * (x - mean)) / width as f32;
            *scale = 1.0 / (variance + eps).sqrt();
            for (((x, w), b), out) in xs.iter_mut().zip(weight).zip(bias).zip(out) {
                *x = (*x - mean) * *scale;
                *out = *x * w + b;
            }
        }
    }
}

vectorised! {
    /// With `n` the normalised row and `g = grad · weight`, `grad` becomes
    /// `(g - mean(g) - n mean(g n)) / σ`; `sums` (of the weight, then of the bias) grow by `grad n`
    /// and `grad`.
    pub fn layer_norm_backward / layer_norm_backward_scalar(
        grad: &mut [f32], normalised: &[f32], scales: &[f32], weight: &[f32], sums: &mut [f32],
    ) {
        let width = weight.len();
        let (weight_sums, bias_sums) = sums.split_at_mut(width);
        let rows = grad.chunks_exact_mut(width).zip(normalised.chunks_exact(width)).zip(scales);
        for ((grad, normalised), scale) in rows {
            for (((g, n), weight_sum), bias_sum) in
                grad.iter().zip(normalised).zip(weight_sums.iter_mut()).zip(bias_sums.iter_mut())
            {
                *weight_sum += g * n;
                *bias_sum += g;
            }
            for (g, w) in grad.iter_mut().zip(weight) {
                *g *= w;
            }
            let mean_g = sum_of(grad, grad, |g, _| g) / width as f32;
            let mean_gn = sum_of(grad, normalised, |g, n| g * n) / width as f32;
            for (g, n) in grad.iter_mut().zip(normalised) {
                *g = scale * (*g - mean_g - n * mean_gn);
            }
        }
    }
}

vectorised! {
    /// Softmax of each row of `width` scores times `scale`.
    pub fn softmax / softmax_scalar(scores: &mut [f32], width: usize, scale: f32) {
        for row in scores.chunks_exact_mut(width) {
            let largest = largest_of(row);
            for score in row.iter_mut() {
                *score = exp((*score - largest) * scale);
            }
            let one_over_sum = 1.0 / sum_of(row, row, |x, _| x);
            for score in row.iter_mut() {
                *score *= one_over_sum;
            }
        }
    }
}

vectorised! {
    /// The gradient of the scores in place of that of the probabilities:
    /// `scale · p (grad - Σ grad p)`.
    pub fn softmax_backward / softmax_backward_scalar(
        grad: &mut [f32], probabilities: &[f32], width: usize, scale: f32,
    ) {
        let rows = grad.chunks_exact_mut(width).zip(probabilities.chunks_exact(width));
        for (grad, probabilities) in rows {
            let expected = sum_of(grad, probabilities, |g, p| g * p);
            for (g, p) in grad.iter_mut().zip(probabilities) {
                *g = scale * p * (*g - expected);
            }
        }
    }
}

/// One use of dropout: which elements it zeroes is a function of the seed and their place, so
/// nothing is kept for the backward pass and a run is repeatable.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    seed: u64,
    threshold: u32,
    keep: f32,
}

impl Dropout {
    /// `probability` is at least 0 and below 1.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the share of the 2^32 draws that drop an element"
    )]
    pub fn new(probability: f32, seed: u64) -> Dropout {
        Dropout {
            seed,
            threshold: (f64::from(probability) * 4_294_967_296.0) as u32,
            keep: 1.0 / (1.0 - probability),
        }
    }

    pub fn is_on(self) -> bool {
        self.threshold > 0
    }

    /// Zeroes its share of the values, the first of which is at `place`, and scales the others so
    /// that the mean stays. Backwards it is the same.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "places wrap at 2^32, far beyond any batch"
    )]
    pub fn apply(self, xs: &mut [f32], place: usize) {
        if self.is_on() {
            drop_values(xs, self.seed, place as u32, self.threshold, self.keep);
        }
    }
}

vectorised! {
    /// 32-bit multiplications (of the "lowbias32" mixer, Wellons 2018), because vectors have them.
    fn drop_values / drop_values_scalar(
        xs: &mut [f32], seed: u64, place: u32, threshold: u32, keep: f32,
    ) {
        #[allow(clippy::cast_possible_truncation, reason = "the seed's two halves")]
        let (low, high) = (seed as u32, (seed >> 32) as u32);
        for (x, offset) in xs.iter_mut().zip(0u32..) {
            let mut z = place.wrapping_add(offset) ^ low;
            z = (z ^ (z >> 16)).wrapping_mul(0x7feb_352d) ^ high;
            z = (z ^ (z >> 15)).wrapping_mul(0x846c_a68b);
            z ^= z >> 16;
            *x = if z < threshold { 0.0 } else { *x * keep };
        }
    }
}

/// In f64 over blocks, so that a large tensor's small values count.
pub fn sum_of_squares(xs: &[f32]) -> f64 {
    xs.chunks(4096)
        .map(|xs| f64::from(block_sum_of_squares(xs)))
        .sum()
}

fn block_sum_of_squares(xs: &[f32]) -> f32 {
    let mut sum = [0f32];
    add_squares(&mut sum, xs);
    sum[0]
}

vectorised! {
    fn add_squares / add_squares_scalar(sum: &mut [f32; 1], xs: &[f32]) {
        sum[0] += sum_of(xs, xs, |x, _| x * x);
    }
}

#[cfg(test)]
mod tests;
