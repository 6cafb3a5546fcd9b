//! Some rows times a panel: the innermost loop.

use super::Left;

/// Columns of a panel: two AVX2 registers.
pub const COLUMNS: usize = 16;

/// The largest result of an innermost loop, which AVX-512 has: two panels wide.
pub const MOST_ROWS: usize = 14;
pub const MOST_COLUMNS: usize = 2 * COLUMNS;

/// What to do with what the result holds already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Onto {
    Replace,
    Add,
}

/// What an innermost loop multiplies.
#[derive(Clone, Copy)]
pub struct Operands<'a> {
    pub left: Left<'a>,
    pub first_row: usize,
    /// The values of a panel, or of adjacent ones.
    pub panels: &'a [f32],
    /// A part of those that are multiplied next, which is fetched from memory meanwhile.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(dead_code, reason = "the scalar loop fetches nothing ahead")
    )]
    pub next: &'a [f32],
    pub onto: Onto,
}

/// Fills the loop's columns of each row, from the given one on. There are as many rows as the
/// function's place in `Loop::of_rows` says.
pub type Sums = fn(&Operands, &mut [&mut [f32]], usize);

/// An innermost loop, compiled for each number of rows whose sums fit into the registers.
#[derive(Clone, Copy)]
pub struct Loop {
    pub columns: usize,
    /// Of one row, of two, and so on.
    pub of_rows: &'static [Sums],
}

/// `N` columns of each row from `start` on. Their sizes are known to the compiler, so that sums stay
/// in registers until they are stored.
#[cfg(target_arch = "x86_64")]
pub fn sized_columns<'a, const ROWS: usize, const N: usize>(
    out: &'a mut [&mut [f32]],
    start: usize,
) -> [&'a mut [f32; N]; ROWS] {
    assert_eq!(out.len(), ROWS, "rows of the loop");
    let mut rows = out.iter_mut();
    std::array::from_fn(|_| {
        let row = rows.next().expect("as many as were counted");
        row[start..].first_chunk_mut().expect("the loop's columns")
    })
}

/// The definition, of any number of rows, which the fast ones are held to.
pub fn scalar<const STEP: usize>(operands: &Operands, out: &mut [&mut [f32]], start: usize) {
    let (first, weights) = operands.panels.split_at(COLUMNS);
    for (place, row) in out.iter_mut().enumerate() {
        let out = &mut row[start..start + COLUMNS];
        if operands.onto == Onto::Replace {
            out.fill(0.0);
        }
        for (out, first) in out.iter_mut().zip(first) {
            *out += first;
        }
        let xs = operands.left.row(operands.first_row + place);
        let xs = xs.iter().step_by(STEP);
        for (x, weights) in xs.zip(weights.as_chunks::<COLUMNS>().0) {
            for (out, w) in out.iter_mut().zip(weights) {
                *out += x * w;
            }
        }
    }
}
