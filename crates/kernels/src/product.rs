//! Products of matrices, the right one laid out as the multiplication reads it.
//!
//! The right matrix becomes panels of sixteen columns. Six rows of the left one meet a panel at a
//! time, and their six times sixteen sums fill the registers of AVX2 (Goto and van de Geijn,
//! "Anatomy of high-performance matrix multiplication", 2008); with AVX-512 they meet two adjacent
//! panels. A model's weights are laid out once and then
//! answer any number of texts; a product of both operands anew costs one copy more.
//!
//! A result is cut into tiles that threads share, by rows and by columns, for one short text has
//! few rows. Every sum is taken in the same order whatever the tiles, so results are the same bits
//! on any number of threads.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod copy;
mod fastest;
mod left;
mod panels;
mod sums;

#[cfg(test)]
mod tests;

pub use left::{Left, Strips};
pub use panels::Panels;
pub use sums::Onto;

use std::ops::Range;

use fastest::fastest;
use rayon::prelude::*;
use sums::{Block, COLUMNS, Loops, PAIR, Panel, ROWS, Six, SumsOf};

/// Values of the left matrix that a tile reads: they stay in a core's second cache.
const LEFT_VALUES: usize = 96 << 10;

/// Multiplications that are worth a task of their own.
const TASK: usize = 1 << 18;

/// `out = left · right` or `out += left · right` on all threads; `out` is as wide as `right`.
pub fn product(left: Left, right: &Panels, out: &mut [f32], onto: Onto) {
    assert_eq!(out.len(), left.rows * right.output(), "size of the result");
    if out.is_empty() {
        return;
    }
    let product = Product::of(left, right, onto);
    let rows = (LEFT_VALUES / left.width.max(1)).clamp(4 * ROWS, 16 * ROWS) / ROWS * ROWS;
    let blocks = left.rows.div_ceil(rows);
    let tasks = left.rows * right.output() * left.width / TASK;
    let tiles_per_block = tasks.min(4 * rayon::current_num_threads()).div_ceil(blocks);
    let panels = right.panels().div_ceil(tiles_per_block.max(1));
    let panels = panels.next_multiple_of(product.loops.panels());
    let mut tiles = Vec::new();
    for (block, out) in out.chunks_mut(rows * right.output()).enumerate() {
        let of_block = columns(out, right.output(), panels * COLUMNS);
        tiles.extend(of_block.into_iter().enumerate().map(|(place, out)| Tile {
            first_row: block * rows,
            panels: place * panels..right.panels().min((place + 1) * panels),
            out,
        }));
    }
    let fill = |mut tile: Tile| product.fill(tile.first_row, tile.panels, &mut tile.out);
    // One tile is not worth asking the other threads for.
    if tiles.len() == 1 {
        tiles.into_iter().for_each(fill);
    } else {
        tiles.into_par_iter().for_each(fill);
    }
}

/// The same on the calling thread, into rows that may lie anywhere.
pub fn product_here(left: Left, right: &Panels, out: &mut [&mut [f32]], onto: Onto) {
    assert_eq!(out.len(), left.rows, "rows of the result");
    if out.is_empty() {
        return;
    }
    assert!(
        out.iter().all(|row| row.len() == right.output()),
        "columns of the result"
    );
    Product::of(left, right, onto).fill(0, 0..right.panels(), out);
}

/// Cuts rows into parts of `wide` columns: for each part its piece of every row.
pub fn columns(rows: &mut [f32], width: usize, wide: usize) -> Vec<Vec<&mut [f32]>> {
    let mut parts: Vec<Vec<&mut [f32]>> = Vec::new();
    parts.resize_with(width.div_ceil(wide), || {
        Vec::with_capacity(rows.len() / width)
    });
    for row in rows.chunks_exact_mut(width) {
        for (part, piece) in parts.iter_mut().zip(row.chunks_mut(wide)) {
            part.push(piece);
        }
    }
    parts
}

struct Tile<'a> {
    first_row: usize,
    panels: Range<usize>,
    /// The panels' columns of each row.
    out: Vec<&'a mut [f32]>,
}

#[derive(Clone, Copy)]
struct Product<'a> {
    left: Left<'a>,
    right: &'a Panels,
    onto: Onto,
    loops: Loops,
}

impl<'a> Product<'a> {
    fn of(left: Left<'a>, right: &'a Panels, onto: Onto) -> Product<'a> {
        assert_eq!(left.width, right.input(), "inner dimensions");
        Product {
            left,
            right,
            onto,
            loops: fastest(&left),
        }
    }

    /// The columns of `panels` of the rows from `first_row` on, as many as `out` has.
    fn fill(&self, first_row: usize, panels: Range<usize>, out: &mut [&mut [f32]]) {
        let mut rest = panels.clone();
        if let Some(pair) = self.loops.pair {
            while rest.len() >= PAIR / COLUMNS {
                let number = rest.start;
                self.fill_columns(
                    first_row,
                    number,
                    out,
                    (number - panels.start) * COLUMNS,
                    pair,
                );
                rest.start += PAIR / COLUMNS;
            }
        }
        for number in rest {
            let start = (number - panels.start) * COLUMNS;
            self.fill_columns(first_row, number, out, start, self.loops.one);
        }
    }

    /// The `N` columns from the panel of this number on, which are those from `start` on of `out`.
    fn fill_columns<const N: usize>(
        &self,
        first_row: usize,
        number: usize,
        out: &mut [&mut [f32]],
        start: usize,
        sums_of: SumsOf<N>,
    ) {
        let (values, next) = self.right.adjacent(number, N / COLUMNS);
        // Weights come from memory once per product: the next panel's while this one is multiplied.
        let sixes = out.len().div_ceil(ROWS);
        let mut shares = next.chunks(values.len().div_ceil(sixes));
        for (six, out) in out.chunks_mut(ROWS).enumerate() {
            let next = shares.next().unwrap_or_default();
            let panel = Panel { values, next };
            let xs = self.left.six(first_row + six * ROWS);
            match whole(out, start) {
                Some(out) => sums_of(&xs, panel, out, self.onto),
                None => fill_part(&xs, panel, out, start, self.onto, sums_of),
            }
        }
    }
}

/// Six rows' `N` columns from `start` on, where there are as many.
fn whole<'a, const N: usize>(out: &'a mut [&mut [f32]], start: usize) -> Option<Block<'a, N>> {
    let [a, b, c, d, e, f] = out else {
        return None;
    };
    let columns = |row: &'a mut &mut [f32]| row.get_mut(start..)?.first_chunk_mut();
    Some([
        columns(a)?,
        columns(b)?,
        columns(c)?,
        columns(d)?,
        columns(e)?,
        columns(f)?,
    ])
}

/// At the edges all sums are taken too, in the same order, and those that are asked for are kept.
fn fill_part<const N: usize>(
    xs: &Six,
    panel: Panel,
    out: &mut [&mut [f32]],
    start: usize,
    onto: Onto,
    sums_of: SumsOf<N>,
) {
    let mut sums = [[0f32; N]; ROWS];
    let columns = start..out[0].len().min(start + N);
    if onto == Onto::Add {
        for (sums, out) in sums.iter_mut().zip(&*out) {
            sums[..columns.len()].copy_from_slice(&out[columns.clone()]);
        }
    }
    sums_of(xs, panel, sums.each_mut(), onto);
    for (out, sums) in out.iter_mut().zip(&sums) {
        out[columns.clone()].copy_from_slice(&sums[..columns.len()]);
    }
}
