//! What a reader of objects gives.

use arrow::array::ArrayRef;

/// The rows of one batch; the plan's unit of work.
pub const BATCH: usize = 8192;

/// The columns read from a piece of an object; without columns, its rows still count.
pub struct Columns {
    pub rows: usize,
    pub arrays: Vec<ArrayRef>,
}
