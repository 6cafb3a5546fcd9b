//! Layer normalisation over the last dimension (Ba, Kiros and Hinton, arXiv:1607.06450).

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};

use super::{add_to, map_rows, values, with_values};

/// `xs` [.., width] normalised, times `weight` [width], plus `bias` [width].
pub fn layer_norm(xs: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "1e-12 is representable as f32"
    )]
    let eps = eps as f32;
    xs.apply_op3(weight, bias, LayerNorm { eps })
}

struct LayerNorm {
    eps: f32,
}

impl LayerNorm {
    /// Mean and reciprocal standard deviation of one row.
    fn moments(&self, xs: &[f32]) -> (f32, f32) {
        let width = xs.len() as f32;
        let mean = xs.iter().sum::<f32>() / width;
        let variance = xs.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / width;
        (mean, 1.0 / (variance + self.eps).sqrt())
    }

    /// With `n` the normalised row and `g = grad · weight`:
    /// `grad_x = (g - mean(g) - n mean(g n)) / σ`, `grad_weight += grad n`, `grad_bias += grad`.
    fn backward(&self, xs: &[f32], weight: &[f32], grad: &[f32]) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let width = weight.len();
        let mut grad_xs = vec![0f32; xs.len()];
        let (mut grad_weight, mut grad_bias) = (vec![0f32; width], vec![0f32; width]);
        let rows = grad_xs
            .chunks_exact_mut(width)
            .zip(xs.chunks_exact(width))
            .zip(grad.chunks_exact(width));
        for ((out, xs), grad) in rows {
            let (mean, scale) = self.moments(xs);
            let (mut mean_g, mut mean_gn) = (0f32, 0f32);
            for (((x, g), w), sum) in xs.iter().zip(grad).zip(weight).zip(&mut grad_weight) {
                let normalised = (x - mean) * scale;
                mean_g += g * w;
                mean_gn += g * w * normalised;
                *sum += g * normalised;
            }
            mean_g /= width as f32;
            mean_gn /= width as f32;
            for (((out, x), g), w) in out.iter_mut().zip(xs).zip(grad).zip(weight) {
                *out = scale * (g * w - mean_g - (x - mean) * scale * mean_gn);
            }
            add_to(&mut grad_bias, grad);
        }
        (grad_xs, grad_weight, grad_bias)
    }
}

impl CustomOp3 for LayerNorm {
    fn name(&self) -> &'static str {
        "layer-norm"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (xs, weight, bias) = (values(s1, l1)?, values(s2, l2)?, values(s3, l3)?);
        let out = map_rows(xs, weight.len(), |_, xs, out| {
            let (mean, scale) = self.moments(xs);
            for (((out, x), w), b) in out.iter_mut().zip(xs).zip(weight).zip(bias) {
                *out = (x - mean) * scale * w + b;
            }
        });
        Ok((CpuStorage::F32(out), l1.shape().clone()))
    }

    fn bwd(
        &self,
        xs: &Tensor,
        weight: &Tensor,
        _: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (grad_xs, grad_weight, grad_bias) = with_values(xs, |xs| {
            with_values(weight, |weight| {
                with_values(grad, |grad| Ok(self.backward(xs, weight, grad)))
            })
        })?;
        let tensor =
            |values, like: &Tensor| Tensor::from_vec(values, like.shape(), like.device()).map(Some);
        Ok((
            tensor(grad_xs, xs)?,
            tensor(grad_weight, weight)?,
            tensor(grad_bias, weight)?,
        ))
    }
}
