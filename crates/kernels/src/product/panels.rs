//! The right matrix of a product: columns in panels of sixteen.

use rayon::prelude::*;

use super::copy::copy_some;
use super::sums::COLUMNS;

/// Sixteen columns' first summands (a bias, or zeros) and then, value by value of the inner
/// dimension, their weights side by side; the last panel is filled up with zeros.
#[derive(Clone, Default)]
pub struct Panels {
    values: Vec<f32>,
    input: usize,
    output: usize,
}

impl Panels {
    /// `xs · weightᵀ + bias`, for `weight` [output, input] as checkpoints have it.
    pub fn set_linear(&mut self, weight: &[f32], bias: &[f32]) {
        let input = weight.len() / bias.len();
        self.set_columns(weight, bias.len(), input, input);
        let panels = self.panels_mut().zip(bias.par_chunks(COLUMNS));
        panels.for_each(|(panel, bias)| panel[..bias.len()].copy_from_slice(bias));
    }

    /// `xs · columnsᵀ`, for columns of `input` values that begin `step` values apart.
    pub fn columns(columns: &[f32], output: usize, input: usize, step: usize) -> Panels {
        let mut panels = Panels::default();
        panels.set_columns(columns, output, input, step);
        panels
    }

    /// `xs · rows`, for rows of `output` values that begin `step` values apart.
    pub fn rows(rows: &[f32], output: usize, step: usize) -> Panels {
        let mut panels = Panels::default();
        panels.set_rows(rows, output, step);
        panels
    }

    /// The same in place.
    pub fn set_rows(&mut self, rows: &[f32], output: usize, step: usize) {
        self.resize(rows.len().div_ceil(step), output);
        self.panels_mut().enumerate().for_each(|(panel, out)| {
            let (first, out) = out.split_at_mut(COLUMNS);
            first.fill(0.0);
            for (out, row) in out.as_chunks_mut().0.iter_mut().zip(rows.chunks(step)) {
                copy_some::<COLUMNS>(out, &row[panel * COLUMNS..output]);
            }
        });
    }

    fn set_columns(&mut self, columns: &[f32], output: usize, input: usize, step: usize) {
        self.resize(input, output);
        let panels = self.panels_mut().zip(columns.par_chunks(COLUMNS * step));
        panels.for_each(|(panel, columns)| {
            let (first, out) = panel.split_at_mut(COLUMNS);
            first.fill(0.0);
            let out = out.as_chunks_mut::<COLUMNS>().0;
            for (place, column) in columns.chunks(step).enumerate() {
                for (out, w) in out.iter_mut().zip(&column[..input]) {
                    out[place] = *w;
                }
            }
        });
    }

    /// Of another size, only the last panel is set to zero: what is laid out fills all others.
    fn resize(&mut self, input: usize, output: usize) {
        if (self.input, self.output) != (input, output) {
            let panel = COLUMNS * (input + 1);
            let size = output.div_ceil(COLUMNS) * panel;
            self.values.resize(size, 0.0);
            self.values[size.saturating_sub(panel)..].fill(0.0);
            (self.input, self.output) = (input, output);
        }
    }

    /// Few of them are laid out on the calling thread.
    fn panels_mut(&mut self) -> impl IndexedParallelIterator<Item = &mut [f32]> {
        let panels = self.values.par_chunks_exact_mut(COLUMNS * (self.input + 1));
        panels.with_min_len(8)
    }

    /// Columns of the product.
    pub fn output(&self) -> usize {
        self.output
    }

    /// The inner dimension.
    pub fn input(&self) -> usize {
        self.input
    }

    pub(super) fn panels(&self) -> usize {
        self.output.div_ceil(COLUMNS)
    }

    /// The values of `count` adjacent panels, and those of as many after them, or of fewer at the
    /// end.
    pub(super) fn adjacent(&self, place: usize, count: usize) -> (&[f32], &[f32]) {
        let size = COLUMNS * (self.input + 1);
        let (values, rest) = self.values[place * size..].split_at(count * size);
        (values, &rest[..rest.len().min(count * size)])
    }
}
