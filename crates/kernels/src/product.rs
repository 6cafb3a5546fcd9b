//! Products of matrices, the right one laid out as the multiplication reads it.
//!
//! The right matrix becomes panels of sixteen columns; six rows of the left one meet a panel at a
//! time, whose six times sixteen sums fill the registers of AVX2 (Goto and van de Geijn, "Anatomy
//! of high-performance matrix multiplication", 2008). A model's weights are laid out once and then
//! answer any number of texts; a product of both operands anew costs one copy more.
//!
//! A result is cut into tiles that threads share, by rows and by columns, for one short text has
//! few rows. Every sum is taken in the same order whatever the tiles, so results are the same bits
//! on any number of threads.

#[cfg(target_arch = "x86_64")]
mod avx2;
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
use sums::{Block, COLUMNS, Panel, ROWS, Six, SumsOf};

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
    let rows = (LEFT_VALUES / left.width.max(1)).clamp(4 * ROWS, 16 * ROWS) / ROWS * ROWS;
    let blocks = left.rows.div_ceil(rows);
    let tasks = left.rows * right.output() * left.width / TASK;
    let tiles_per_block = tasks.min(4 * rayon::current_num_threads()).div_ceil(blocks);
    let panels = right.panels().div_ceil(tiles_per_block.max(1));
    let mut tiles = Vec::new();
    for (block, out) in out.chunks_mut(rows * right.output()).enumerate() {
        let of_block = columns(out, right.output(), panels * COLUMNS);
        tiles.extend(of_block.into_iter().enumerate().map(|(place, out)| Tile {
            first_row: block * rows,
            panels: place * panels..right.panels().min((place + 1) * panels),
            out,
        }));
    }
    let sums = fastest(&left);
    let fill = |mut tile: Tile| {
        fill(
            left,
            tile.first_row,
            right,
            tile.panels,
            &mut tile.out,
            onto,
            sums,
        );
    };
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
    assert!(
        out.iter().all(|row| row.len() == right.output()),
        "columns of the result"
    );
    let sums = fastest(&left);
    fill(left, 0, right, 0..right.panels(), out, onto, sums);
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

fn fill(
    left: Left,
    first_row: usize,
    right: &Panels,
    panels: Range<usize>,
    out: &mut [&mut [f32]],
    onto: Onto,
    sums_of: SumsOf,
) {
    assert_eq!(left.width, right.input(), "inner dimensions");
    let sixes = out.len().div_ceil(ROWS);
    for (place, number) in panels.enumerate() {
        let values = right.panel(number);
        // Weights come from memory once per product: the next panel's while this one is multiplied.
        let mut shares = right
            .panel_after(number)
            .chunks(values.len().div_ceil(sixes));
        for (six, out) in out.chunks_mut(ROWS).enumerate() {
            let next = shares.next().unwrap_or_default();
            let panel = Panel { values, next };
            let xs = left.six(first_row + six * ROWS);
            match whole(out, place * COLUMNS) {
                Some(out) => sums_of(&xs, panel, out, onto),
                None => fill_part(&xs, panel, out, place * COLUMNS, onto, sums_of),
            }
        }
    }
}

/// Six rows' sixteen columns from `start` on, where there are as many.
fn whole<'a>(out: &'a mut [&mut [f32]], start: usize) -> Option<Block<'a>> {
    let [a, b, c, d, e, f] = out else {
        return None;
    };
    let columns = |row: &'a mut &mut [f32]| row.get_mut(start..)?.first_chunk_mut::<COLUMNS>();
    Some([
        columns(a)?,
        columns(b)?,
        columns(c)?,
        columns(d)?,
        columns(e)?,
        columns(f)?,
    ])
}

/// At the edges all sums are taken too, and those that are asked for are kept.
fn fill_part(
    xs: &Six,
    panel: Panel,
    out: &mut [&mut [f32]],
    start: usize,
    onto: Onto,
    sums_of: SumsOf,
) {
    let mut sums = [[0f32; COLUMNS]; ROWS];
    sums_of(xs, panel, sums.each_mut(), Onto::Replace);
    for (out, sums) in out.iter_mut().zip(&sums) {
        for (out, sum) in out[start..].iter_mut().zip(sums) {
            *out = if onto == Onto::Add { *out + sum } else { *sum };
        }
    }
}
