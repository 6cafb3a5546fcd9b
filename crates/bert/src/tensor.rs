//! Tensors by name, and the safetensors files they lie in.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use half::{bf16, f16};
use kernels::mapped::Mapped;
use safetensors::tensor::{Dtype, SafeTensors, View};

use crate::digest::Digest;

/// Tensors by BERT's names; [`super::Family`] translates.
pub type Weights = BTreeMap<String, Tensor>;

/// As many values as the shape says, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// All tensors of a file, which must not change meanwhile. Errors name the file and the tensor.
pub fn read(path: &Path) -> Result<Weights> {
    let at = || format!("read {}", path.display());
    let file = Mapped::open(path).with_context(at)?;
    let tensors = SafeTensors::deserialize(&file).with_context(at)?;
    let of_file = tensors.iter().map(|(name, view)| {
        let values = values(view.dtype(), view.data());
        let tensor = Tensor {
            shape: view.shape().to_vec(),
            values: values.with_context(|| format!("{}: the tensor {name}", path.display()))?,
        };
        Ok((name.to_owned(), tensor))
    });
    of_file.collect()
}

/// Writes a file of these tensors, as f32.
pub fn write<'a>(
    path: &Path,
    tensors: impl IntoIterator<Item = (String, &'a Tensor)>,
) -> Result<()> {
    safetensors::serialize_to_file(tensors, None, path)
        .with_context(|| format!("write {}", path.display()))
}

/// A digest of the values; shapes do not count.
pub fn digest(weights: &Weights) -> String {
    let mut digest = Digest::default();
    for values in weights.values().map(|tensor| &tensor.values) {
        values
            .iter()
            .for_each(|value| digest.add(value.to_bits().into()));
    }
    digest.hex()
}

/// Whether [`values`] can be read from tensors of this type.
pub fn is_float(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F16 | Dtype::BF16 | Dtype::F32 | Dtype::F64)
}

/// The values in the bytes of a file, which are little-endian on every machine.
#[allow(clippy::cast_possible_truncation, reason = "weights are f32")]
pub fn values(dtype: Dtype, bytes: &[u8]) -> Result<Vec<f32>> {
    Ok(match dtype {
        Dtype::F16 => each(bytes, |bytes| f16::from_le_bytes(bytes).to_f32()),
        Dtype::BF16 => each(bytes, |bytes| bf16::from_le_bytes(bytes).to_f32()),
        Dtype::F32 => each(bytes, f32::from_le_bytes),
        Dtype::F64 => each(bytes, |bytes| f64::from_le_bytes(bytes) as f32),
        other => bail!("values of type {other} cannot be read, only F16, BF16, F32 and F64"),
    })
}

fn each<const SIZE: usize>(bytes: &[u8], value: impl Fn([u8; SIZE]) -> f32) -> Vec<f32> {
    let values = bytes.as_chunks::<SIZE>().0.iter();
    values.map(|bytes| value(*bytes)).collect()
}

impl View for &Tensor {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let mut bytes = vec![0; self.data_len()];
        for (bytes, value) in bytes.as_chunks_mut().0.iter_mut().zip(&self.values) {
            *bytes = value.to_le_bytes();
        }
        bytes.into()
    }

    fn data_len(&self) -> usize {
        size_of_val(self.values.as_slice())
    }
}

#[cfg(test)]
mod tests;
