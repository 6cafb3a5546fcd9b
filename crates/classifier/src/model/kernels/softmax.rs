//! Softmax of scaled attention scores over the tokens that the mask lets through.

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

use super::{map_rows, values, with_values};

/// `scores` [rows, heads, length, length]; of row `r` the first `lengths[r]` keys count, the rest
/// (padding is always on the right) get probability zero.
pub fn masked_softmax(scores: &Tensor, scale: f32, lengths: Arc<[usize]>) -> Result<Tensor> {
    scores.apply_op1(MaskedSoftmax { scale, lengths })
}

struct MaskedSoftmax {
    scale: f32,
    lengths: Arc<[usize]>,
}

impl CustomOp1 for MaskedSoftmax {
    fn name(&self) -> &'static str {
        "masked-softmax"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, heads, queries, keys) = layout.shape().dims4()?;
        let out = map_rows(values(storage, layout)?, keys, |row, xs, out| {
            let length = self.lengths[row / (heads * queries)];
            let (xs, out) = (&xs[..length], &mut out[..length]);
            let largest = xs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let mut sum = 0f32;
            for (out, x) in out.iter_mut().zip(xs) {
                *out = ((x - largest) * self.scale).exp();
                sum += *out;
            }
            for out in out {
                *out /= sum;
            }
        });
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }

    /// `grad_x = scale · p (grad - Σ grad p)`; where `p` is zero for the mask's sake, so is this.
    fn bwd(
        &self,
        scores: &Tensor,
        probabilities: &Tensor,
        grad: &Tensor,
    ) -> Result<Option<Tensor>> {
        let keys = scores.dim(3)?;
        let grad_scores = with_values(probabilities, |probabilities| {
            with_values(grad, |grad| {
                Ok(map_rows(probabilities, keys, |row, probabilities, out| {
                    let grad = &grad[row * keys..(row + 1) * keys];
                    let expected: f32 = probabilities.iter().zip(grad).map(|(p, g)| p * g).sum();
                    for ((out, p), g) in out.iter_mut().zip(probabilities).zip(grad) {
                        *out = self.scale * p * (g - expected);
                    }
                }))
            })
        })?;
        Ok(Some(Tensor::from_vec(
            grad_scores,
            scores.shape(),
            scores.device(),
        )?))
    }
}
