//! Products of matrices, the right one laid out as the multiplication reads it.
//!
//! The right matrix becomes panels of sixteen columns. With AVX2 up to six rows of the left one meet a
//! panel at a time, with AVX-512 up to fourteen meet two adjacent panels, and their sums fill the
//! registers (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008). A
//! model's weights are laid out once and then answer any number of texts; a product of both operands
//! anew costs one copy more.
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

use std::cell::RefCell;
use std::ops::Range;

use fastest::fastest;
use rayon::prelude::*;
use sums::{COLUMNS, Loop, MOST_COLUMNS, MOST_ROWS, Operands, Sums};

use crate::rows::add_column_sums;

/// Values of the left matrix that a tile reads: they stay in a core's second cache.
const LEFT_VALUES: usize = 96 << 10;

/// The bounds of a tile's most rows: a tile reads all weights of its columns, however few its rows.
const MOST_TILE_ROWS: (usize, usize) = (24, 96);

/// Multiplications that are worth a task of their own.
const TASK: usize = 1 << 18;

/// `out = left · right` or `out += left · right` on all threads; `out` is as wide as `right`.
pub fn product(left: Left, right: &Panels, out: &mut [f32], onto: Onto) {
    assert_eq!(out.len(), left.rows * right.output(), "size of the result");
    if out.is_empty() {
        return;
    }
    let product = Product::of(left, right, onto);
    let blocks = blocks(left.rows, left.width);
    let rows = left.rows.div_ceil(blocks);
    let tasks = left.rows * right.output() * left.width / TASK;
    let tiles_per_block = tasks.min(4 * rayon::current_num_threads()).div_ceil(blocks);
    let panels = right.panels().div_ceil(tiles_per_block.max(1));
    let panels = panels.next_multiple_of(product.loops[0].columns / COLUMNS);
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

/// `out = leftᵀ · right` or `out += leftᵀ · right` on all threads, for `left` of `rows` columns, whose sums are added to
/// `sums`. A thread lays out the rows of its tile when it comes to them, so that they are still in its cache.
pub fn product_of_transposed(
    left: &[f32],
    rows: usize,
    right: &Panels,
    (out, sums): (&mut [f32], &mut [f32]),
    onto: Onto,
) {
    thread_local! {
        static TILE: RefCell<Strips> = RefCell::default();
    }
    assert_eq!(out.len(), rows * right.output(), "size of the result");
    if out.is_empty() {
        return;
    }
    let blocks = match blocks(rows, right.input()) {
        1 => rayon::current_num_threads().min(rows.div_ceil(MOST_TILE_ROWS.0)),
        more => more,
    };
    let together = rows.div_ceil(blocks);
    out.par_chunks_mut(together * right.output())
        .zip(sums.par_chunks_mut(together))
        .enumerate()
        .for_each(|(block, (out, sums))| {
            let first = block * together;
            add_column_sums(sums, &left[first..], rows);
            TILE.with_borrow_mut(|tile| {
                tile.set_transposed(left, rows, first..first + sums.len());
                let mut out: Vec<&mut [f32]> = out.chunks_exact_mut(right.output()).collect();
                product_here(tile.left(), right, &mut out, onto);
            });
        });
}

/// Into how many blocks of rows a result is cut, where the left matrix has rows of `width` values.
fn blocks(rows: usize, width: usize) -> usize {
    let most = (LEFT_VALUES / width.max(1)).clamp(MOST_TILE_ROWS.0, MOST_TILE_ROWS.1);
    let fewest = rows.div_ceil(most);
    // As many for each thread.
    let even = fewest.next_multiple_of(rayon::current_num_threads());
    if fewest > 1 && rows / even >= MOST_TILE_ROWS.0 {
        even
    } else {
        fewest
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
    loops: &'static [Loop],
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
        for innermost in self.loops {
            let together = innermost.columns / COLUMNS;
            while rest.len() >= together {
                let start = (rest.start - panels.start) * COLUMNS;
                self.fill_columns(innermost, first_row, rest.start, out, start);
                rest.start += together;
            }
        }
    }

    /// The loop's columns from this panel on, which are those from `start` on of `out`. The rows
    /// are shared evenly among as few groups as they need.
    fn fill_columns(
        &self,
        innermost: &Loop,
        mut first_row: usize,
        panel: usize,
        mut out: &mut [&mut [f32]],
        start: usize,
    ) {
        let (panels, next) = self.right.adjacent(panel, innermost.columns / COLUMNS);
        let groups = out.len().div_ceil(innermost.of_rows.len());
        // Weights come from memory once per product: the next panel's while this one is multiplied.
        let mut shares = next.chunks(panels.len().div_ceil(groups));
        for group in 0..groups {
            let rows = out.len().div_ceil(groups - group);
            let (these, rest) = out.split_at_mut(rows);
            let operands = Operands {
                left: self.left,
                first_row,
                panels,
                next: shares.next().unwrap_or_default(),
                onto: self.onto,
            };
            let sums = innermost.of_rows[rows - 1];
            if these[0].len() >= start + innermost.columns {
                sums(&operands, these, start);
            } else {
                fill_part(sums, &operands, these, start);
            }
            first_row += rows;
            out = rest;
        }
    }
}

/// At the edge all columns' sums are taken too, in the same order, and those that are asked for are
/// kept.
fn fill_part(sums: Sums, operands: &Operands, out: &mut [&mut [f32]], start: usize) {
    let mut whole = [[0f32; MOST_COLUMNS]; MOST_ROWS];
    let columns = start..out[0].len();
    if operands.onto == Onto::Add {
        for (whole, out) in whole.iter_mut().zip(&*out) {
            whole[..columns.len()].copy_from_slice(&out[columns.clone()]);
        }
    }
    let mut rows = whole.each_mut().map(|row| &mut row[..]);
    sums(operands, &mut rows[..out.len()], 0);
    for (out, whole) in out.iter_mut().zip(&whole) {
        out[columns.clone()].copy_from_slice(&whole[..columns.len()]);
    }
}
