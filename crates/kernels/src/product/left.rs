//! The left matrix of a product.

use std::ops::Range;

use super::copy::copy_some;

/// Rows of a strip: those that AVX2 multiplies together. AVX-512's lie in three or four strips, where
/// strips of sixteen rows were no faster.
pub const STRIP: usize = 6;

/// A matrix that lies in a slice.
#[derive(Clone, Copy)]
pub struct Left<'a> {
    values: &'a [f32],
    pub(super) rows: usize,
    /// Values of a row: the inner dimension.
    pub(super) width: usize,
    /// From one row to the next, where they do not lie in strips.
    row_step: usize,
    /// From one value of a row to the next: 1 in rows, six in strips.
    pub(super) step: usize,
}

impl<'a> Left<'a> {
    /// Row after row.
    pub fn rows(values: &'a [f32], width: usize) -> Left<'a> {
        Left::strided(values, values.len() / width, width, width)
    }

    /// Rows that begin `row_step` values apart, as one head's columns do.
    pub fn strided(values: &'a [f32], rows: usize, width: usize, row_step: usize) -> Left<'a> {
        Left {
            values,
            rows,
            width,
            row_step,
            step: 1,
        }
    }

    /// From a row's first value on.
    pub(super) fn row(&self, row: usize) -> &'a [f32] {
        let start = match self.step {
            1 => row * self.row_step,
            _ => row / STRIP * STRIP * self.width + row % STRIP,
        };
        &self.values[start..]
    }
}

/// The transposed of a matrix: six of its rows side by side, value after value.
#[derive(Default)]
pub struct Strips {
    values: Vec<f32>,
    rows: usize,
    width: usize,
}

impl Strips {
    /// Of `[width, rows]`. The last strip is filled up with zeros.
    pub fn transposed(values: &[f32], rows: usize) -> Strips {
        let mut strips = Strips::default();
        strips.set_transposed(values, rows, 0..rows);
        strips
    }

    /// Some columns of `[width, step]` in place: `rows` says which.
    pub fn set_transposed(&mut self, values: &[f32], step: usize, rows: Range<usize>) {
        /// Rows of the original that stay in the cache while all strips take theirs.
        const TOGETHER: usize = 32;
        let (values, rows) = (&values[rows.start..], rows.len());
        let width = values.len().div_ceil(step);
        if (self.rows, self.width) != (rows, width) {
            let size = rows.div_ceil(STRIP) * STRIP * width;
            self.values.resize(size, 0.0);
            self.values[size.saturating_sub(STRIP * width)..].fill(0.0);
            (self.rows, self.width) = (rows, width);
        }
        for (block, values) in values.chunks(TOGETHER * step).enumerate() {
            let start = block * TOGETHER * STRIP;
            for (strip, out) in self.values.chunks_exact_mut(STRIP * width).enumerate() {
                let out = out[start..].as_chunks_mut::<STRIP>().0.iter_mut();
                for (out, row) in out.zip(values.chunks(step)) {
                    copy_some(out, &row[strip * STRIP..rows]);
                }
            }
        }
    }

    pub fn left(&self) -> Left<'_> {
        Left {
            values: &self.values,
            rows: self.rows,
            width: self.width,
            row_step: 1,
            step: STRIP,
        }
    }
}
