//! Copies of values that may be fewer than there is room for.

/// Copies as many values as there are, and leaves the rest of `out`. A copy of a known size is no
/// call.
pub fn copy_some<const N: usize>(out: &mut [f32; N], values: &[f32]) {
    match values.first_chunk::<N>() {
        Some(values) => *out = *values,
        None => out[..values.len()].copy_from_slice(values),
    }
}
