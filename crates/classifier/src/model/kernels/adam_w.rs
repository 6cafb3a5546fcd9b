//! One `AdamW` update (Loshchilov and Hutter, arXiv:1711.05101) of one tensor, in place.

use std::sync::Mutex;

use candle_core::{CpuStorage, InplaceOp2, Layout, Result, bail};

use super::values;

/// What one update needs besides the weights and their gradient.
pub struct AdamWStep<'a> {
    /// First and second moments, the tensor's size each. A lock because candle passes the
    /// operation by shared reference; nobody else holds it.
    pub moments: Mutex<(&'a mut [f32], &'a mut [f32])>,
    pub learning_rate: f32,
    pub weight_decay: f32,
    pub beta1: f32,
    pub beta2: f32,
    pub eps: f32,
    /// `1 - beta^t` for both moments.
    pub corrections: (f32, f32),
    /// Factor on the gradient: gradient clipping without a pass of its own.
    pub gradient_scale: f32,
}

impl InplaceOp2 for AdamWStep<'_> {
    fn name(&self) -> &'static str {
        "adam-w"
    }

    fn cpu_fwd(
        &self,
        s1: &mut CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<()> {
        let gradient = values(s2, l2)?;
        let CpuStorage::F32(weights) = s1 else {
            bail!("expected f32 weights")
        };
        let Some((start, end)) = l1.contiguous_offsets() else {
            bail!("expected contiguous weights")
        };
        let mut moments = self
            .moments
            .lock()
            .expect("no update panics while it holds the moments");
        let (first, second) = &mut *moments;
        let (correction1, correction2) = self.corrections;
        let rows = weights[start..end]
            .iter_mut()
            .zip(gradient)
            .zip(first.iter_mut())
            .zip(second.iter_mut());
        for (((w, g), m), v) in rows {
            let g = g * self.gradient_scale;
            *m = self.beta1 * *m + (1.0 - self.beta1) * g;
            *v = self.beta2 * *v + (1.0 - self.beta2) * g * g;
            let step = (*m / correction1) / ((*v / correction2).sqrt() + self.eps);
            *w -= self.learning_rate * (step + self.weight_decay * *w);
        }
        Ok(())
    }
}
