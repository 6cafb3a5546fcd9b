//! Bias and GELU in one pass: `gelu(x) = x Φ(x)`, Φ the normal distribution function.

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};

use super::{column_sums, map_rows, values, with_values};

/// `gelu(xs + bias)` for `xs` [.., width] and `bias` [width].
pub fn bias_gelu(xs: &Tensor, bias: &Tensor) -> Result<Tensor> {
    xs.apply_op2(bias, BiasGelu)
}

struct BiasGelu;

impl CustomOp2 for BiasGelu {
    fn name(&self) -> &'static str {
        "bias-gelu"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (xs, bias) = (values(s1, l1)?, values(s2, l2)?);
        let out = map_rows(xs, bias.len(), |_, xs, out| {
            for ((out, x), b) in out.iter_mut().zip(xs).zip(bias) {
                let x = x + b;
                *out = x * normal(x).cumulative;
            }
        });
        Ok((CpuStorage::F32(out), l1.shape().clone()))
    }

    fn bwd(
        &self,
        xs: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let width = bias.elem_count();
        let (grad_xs, grad_bias) = with_values(xs, |xs| {
            with_values(bias, |bias| {
                with_values(grad, |grad| {
                    let grad_xs = map_rows(xs, width, |row, xs, out| {
                        let grad = &grad[row * width..(row + 1) * width];
                        for (((out, x), b), g) in out.iter_mut().zip(xs).zip(bias).zip(grad) {
                            let x = x + b;
                            let normal = normal(x);
                            *out = g * (normal.cumulative + x * normal.density);
                        }
                    });
                    let grad_bias = column_sums(&grad_xs, width);
                    Ok((grad_xs, grad_bias))
                })
            })
        })?;
        let grad_xs = Tensor::from_vec(grad_xs, xs.shape(), xs.device())?;
        Ok((
            Some(grad_xs),
            Some(Tensor::from_vec(grad_bias, width, xs.device())?),
        ))
    }
}

struct Normal {
    density: f32,
    cumulative: f32,
}

/// Density and distribution function of the standard normal at `x`.
///
/// Abramowitz and Stegun 26.2.17 (the same polynomial as 7.1.26): absolute error below 7.5e-8,
/// which is under half a unit in the last place of an f32 near one.
fn normal(x: f32) -> Normal {
    const FREQUENCY: f32 = 0.231_641_9;
    const COEFFICIENTS: [f32; 5] = [
        0.319_381_53,
        -0.356_563_78,
        1.781_477_9,
        -1.821_256,
        1.330_274_4,
    ];
    const ONE_OVER_SQRT_TWO_PI: f32 = 0.398_942_3;
    let magnitude = x.abs();
    let density = ONE_OVER_SQRT_TWO_PI * (-0.5 * magnitude * magnitude).exp();
    let t = 1.0 / (1.0 + FREQUENCY * magnitude);
    let polynomial = COEFFICIENTS
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| (sum + coefficient) * t);
    let upper_tail = density * polynomial;
    Normal {
        density,
        cumulative: if x < 0.0 {
            upper_tail
        } else {
            1.0 - upper_tail
        },
    }
}
