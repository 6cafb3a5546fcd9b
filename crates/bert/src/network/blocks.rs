//! How much of a step one thread takes at a time.

/// Values that one thread takes through GELU, or back, at a time.
pub const GELU_BLOCK: usize = 1 << 14;

/// Rows that one thread takes at a time where a step is no product: they depend on the shapes
/// alone, so that sums are the same on any number of threads.
pub fn block_rows(rows: usize) -> usize {
    rows.div_ceil(8).next_multiple_of(16)
}
