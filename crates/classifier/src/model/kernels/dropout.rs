//! Dropout whose mask is a function of a seed and the element's place: nothing is kept for the
//! backward pass, and a run is repeatable.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

use super::{map_rows, values, with_values};

/// Zeroes each element with `probability` and scales the others by `1 / (1 - probability)`.
pub fn dropout(xs: &Tensor, probability: f32, seed: u64) -> Result<Tensor> {
    xs.apply_op1(Dropout { probability, seed })
}

struct Dropout {
    probability: f32,
    seed: u64,
}

impl Dropout {
    fn apply(&self, xs: &[f32], width: usize) -> Vec<f32> {
        let keep = 1.0 / (1.0 - self.probability);
        // The drop range of a 32-bit draw; probabilities are below one, so the product fits.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "probability is in [0, 1)"
        )]
        let threshold = (f64::from(self.probability) * 4_294_967_296.0) as u32;
        map_rows(xs, width, |row, xs, out| {
            for (column, (out, x)) in out.iter_mut().zip(xs).enumerate() {
                let dropped = draw(self.seed, row * width + column) < threshold;
                *out = if dropped { 0.0 } else { x * keep };
            }
        })
    }
}

impl CustomOp1 for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let width = layout.dims().last().copied().unwrap_or(1);
        Ok((
            CpuStorage::F32(self.apply(values(storage, layout)?, width)),
            layout.shape().clone(),
        ))
    }

    fn bwd(&self, xs: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let width = xs.dims().last().copied().unwrap_or(1);
        let grad_xs = with_values(grad, |grad| Ok(self.apply(grad, width)))?;
        Ok(Some(Tensor::from_vec(grad_xs, xs.shape(), xs.device())?))
    }
}

/// `SplitMix64`'s output function over seed and place (Steele, Lea and Flood, OOPSLA 2014).
#[allow(
    clippy::cast_possible_truncation,
    reason = "the upper half is kept on purpose"
)]
fn draw(seed: u64, place: usize) -> u32 {
    let mut z = seed.wrapping_add((place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 32) as u32
}
