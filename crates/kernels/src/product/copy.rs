//! Copies of values that may be fewer than there is room for.

/// Copies as many values as there are, and leaves the rest of `out`.
pub fn copy_some<const N: usize>(out: &mut [f32; N], values: &[f32]) {
    match values.first_chunk::<N>() {
        Some(values) => *out = *values,
        None => copy_few(out, values),
    }
}

/// A function of its own: inlined, the compiler makes one `memcpy` of both copies, which is a call
/// for every few values.
#[cold]
#[inline(never)]
fn copy_few(out: &mut [f32], values: &[f32]) {
    out[..values.len()].copy_from_slice(values);
}
