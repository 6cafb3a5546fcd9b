//! Fused operations with their backward passes.
//!
//! candle's own fused layer norm and softmax have no backward, and its composed ones walk the
//! memory a dozen times per step. Each kernel here is one pass forward and one pass back, in
//! plain safe Rust over rows, on the calling thread: training and serving use several threads by
//! giving each its own rows. Every backward pass is tested against finite differences.

mod adam_w;
mod bias;
mod bias_gelu;
mod dropout;
mod embeddings;
mod layer_norm;
pub mod mapped;
pub mod product;
pub mod rows;
mod softmax;
mod vectorised;

#[cfg(test)]
mod tests;

pub use adam_w::{AdamWStep, adam_w};
pub use bias::bias_add;
pub use bias_gelu::bias_gelu;
pub use dropout::dropout;
pub use embeddings::embeddings;
pub use layer_norm::layer_norm;
pub use rows::sum_of_squares;
pub use softmax::masked_softmax;

use candle_core::{CpuStorage, Layout, Result, Storage, Tensor, bail};

/// The values of a contiguous f32 argument.
fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let CpuStorage::F32(values) = storage else {
        bail!("expected f32 values")
    };
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&values[start..end]),
        None => bail!("expected a contiguous tensor, got {layout:?}"),
    }
}

/// Calls `f` with the values of a tensor, made contiguous first where it is not.
fn with_values<T>(tensor: &Tensor, f: impl FnOnce(&[f32]) -> Result<T>) -> Result<T> {
    let tensor = tensor.contiguous()?;
    let (storage, layout) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => f(values(storage, layout)?),
        _ => bail!("these kernels run on the CPU only"),
    }
}

/// Applies `f` to each row of `xs` and the matching row of the result.
fn map_rows(xs: &[f32], width: usize, f: impl Fn(usize, &[f32], &mut [f32])) -> Vec<f32> {
    let mut out = vec![0f32; xs.len()];
    for (row, (out, xs)) in out
        .chunks_exact_mut(width)
        .zip(xs.chunks_exact(width))
        .enumerate()
    {
        f(row, xs, out);
    }
    out
}

/// The sum over all rows.
fn column_sums(xs: &[f32], width: usize) -> Vec<f32> {
    let mut sums = vec![0f32; width];
    for row in xs.chunks_exact(width) {
        add_to(&mut sums, row);
    }
    sums
}

fn add_to(sums: &mut [f32], row: &[f32]) {
    for (sum, x) in sums.iter_mut().zip(row) {
        *sum += x;
    }
}
