//! Adds a bias to every row.

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};

use super::{column_sums, map_rows, values, with_values};

/// `xs` [.., width] plus `bias` [width].
pub fn bias_add(xs: &Tensor, bias: &Tensor) -> Result<Tensor> {
    xs.apply_op2(bias, BiasAdd)
}

struct BiasAdd;

impl CustomOp2 for BiasAdd {
    fn name(&self) -> &'static str {
        "bias-add"
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
                *out = x + b;
            }
        });
        Ok((CpuStorage::F32(out), l1.shape().clone()))
    }

    fn bwd(
        &self,
        _: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let width = bias.elem_count();
        let sums = with_values(grad, |grad| Ok(column_sums(grad, width)))?;
        Ok((
            Some(grad.clone()),
            Some(Tensor::from_vec(sums, width, grad.device())?),
        ))
    }
}
