//! Texts as sparse rows: for each its columns and their values.

use std::ops::Range;

/// Rows one after another, each with its columns in ascending order.
#[derive(Default)]
pub struct Rows {
    ends: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Rows {
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in row {
            self.columns.push(column);
            self.values.push(value);
        }
        self.ends.push(self.columns.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn row(&self, place: usize) -> impl Iterator<Item = (usize, f32)> {
        let Range { start, end } = self.bounds(place);
        let columns = self.columns[start..end].iter();
        columns
            .zip(&self.values[start..end])
            .map(|(column, value)| (*column as usize, *value))
    }

    fn bounds(&self, place: usize) -> Range<usize> {
        let start = match place {
            0 => 0,
            _ => self.ends[place - 1],
        };
        start..self.ends[place]
    }
}

impl FromIterator<Vec<(u32, f32)>> for Rows {
    fn from_iter<I: IntoIterator<Item = Vec<(u32, f32)>>>(all: I) -> Rows {
        let mut rows = Rows::default();
        all.into_iter().for_each(|row| rows.push(row));
        rows
    }
}
