//! Products of matrices by the `gemm` crate, over slices with checked bounds.
//!
//! A product is split into blocks of its result whose sizes depend on the shapes alone, one block
//! on one thread: so every result is the same on any number of threads.

use gemm::Parallelism;
use rayon::prelude::*;

/// A matrix that lies in a slice: `rows × columns`, with the steps from one row, and from one
/// column, to the next.
#[derive(Clone, Copy)]
pub struct View<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a> View<'a> {
    /// Row after row.
    pub fn new(values: &'a [f32], columns: usize) -> View<'a> {
        View::strided(values, values.len() / columns, columns, columns)
    }

    /// Rows that lie `row_step` apart, as one head's columns do.
    pub fn strided(values: &'a [f32], rows: usize, columns: usize, row_step: usize) -> View<'a> {
        assert!(rows == 0 || (rows - 1) * row_step + columns <= values.len());
        View {
            values,
            rows,
            columns,
            row_step,
            column_step: 1,
        }
    }

    pub fn transposed(self) -> View<'a> {
        View {
            rows: self.columns,
            columns: self.rows,
            row_step: self.column_step,
            column_step: self.row_step,
            ..self
        }
    }

    fn rows(self, start: usize, rows: usize) -> View<'a> {
        assert!(start + rows <= self.rows);
        View {
            values: &self.values[start * self.row_step..],
            rows,
            ..self
        }
    }
}

/// What to do with what the result holds already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Into {
    Replace,
    Add,
}

/// `out = lhs · rhs` or `out += lhs · rhs` on the calling thread, the rows of `out` lying
/// `row_step` apart.
#[allow(unsafe_code, reason = "the gemm crate takes pointers")]
pub fn matmul(out: &mut [f32], row_step: usize, lhs: View, rhs: View, into: Into) {
    let (m, n, k) = (lhs.rows, rhs.columns, lhs.columns);
    assert_eq!(k, rhs.rows, "inner dimensions");
    if m == 0 || n == 0 {
        return;
    }
    assert!(n <= row_step && (m - 1) * row_step + n <= out.len());
    // A slice is at most isize::MAX bytes long, so its steps fit.
    let step = |step: usize| isize::try_from(step).expect("a step within a slice");
    // SAFETY: `out` holds (m - 1) · row_step + n values, as asserted here, and is borrowed mutably;
    // each view's last element lies inside its slice, as asserted where views are made, and the
    // transposition of a view reaches the same elements.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            step(row_step),
            into == Into::Add,
            lhs.values.as_ptr(),
            step(lhs.column_step),
            step(lhs.row_step),
            rhs.values.as_ptr(),
            step(rhs.column_step),
            step(rhs.row_step),
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// Rows per block: eight blocks, so that threads that are held up are helped out, but no block so
/// small that preparing the other operand for it costs more than the product.
pub fn block_rows(rows: usize, smallest: usize) -> usize {
    rows.div_ceil(8).next_multiple_of(16).max(smallest)
}

/// [`matmul`] over blocks of rows, which `finish` sees (with its first row) while they are in the
/// cache.
pub fn matmul_blocks(
    out: &mut [f32],
    lhs: View,
    rhs: View,
    into: Into,
    finish: impl Fn(usize, &mut [f32]) + Sync,
) {
    let (width, rows) = (rhs.columns, block_rows(lhs.rows, 64));
    assert_eq!(out.len(), lhs.rows * width);
    out.par_chunks_mut(rows * width)
        .enumerate()
        .for_each(|(block, out)| {
            let start = block * rows;
            matmul(out, width, lhs.rows(start, out.len() / width), rhs, into);
            finish(start, out);
        });
}
