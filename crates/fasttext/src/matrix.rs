//! A row-major matrix of f32.

/// Rows are vectors of words, n-grams or labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    values: Vec<f32>,
    columns: usize,
}

impl Matrix {
    /// The operating system allocates zero pages when they are written: rows that no text has cost
    /// no memory.
    pub fn zeros(rows: usize, columns: usize) -> Matrix {
        Matrix::from_values(vec![0.0; rows * columns], columns)
    }

    /// `values` hold whole rows.
    pub fn from_values(values: Vec<f32>, columns: usize) -> Matrix {
        assert!(values.len().is_multiple_of(columns.max(1)));
        Matrix { values, columns }
    }

    pub fn rows(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn values(&self) -> &[f32] {
        &self.values
    }

    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..][..self.columns]
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        &mut self.values[row * self.columns..][..self.columns]
    }

    /// The mean of these rows, or zero if there are none.
    pub fn mean(&self, rows: &[u32], mean: &mut [f32]) {
        mean.fill(0.0);
        for row in rows {
            for (sum, value) in mean.iter_mut().zip(self.row(*row as usize)) {
                *sum += value;
            }
        }
        let scale = 1.0 / rows.len().max(1) as f32;
        for value in mean.iter_mut() {
            *value *= scale;
        }
    }
}

pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
