//! Into which parts a step is divided among the threads.

/// Values of one part of GELU's forward or backward pass.
pub const GELU_BLOCK: usize = 1 << 14;

/// Rows of one part of a step that is no matrix product. Their number depends on the shapes alone,
/// so that sums are the same on any number of threads.
pub fn block_rows(rows: usize) -> usize {
    rows.div_ceil(8).next_multiple_of(16)
}
