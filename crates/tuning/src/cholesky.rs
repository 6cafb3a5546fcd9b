//! The Cholesky factor of a positive definite matrix, and what is solved with it. Matrices are row after row.

/// Lower triangular; what stands above the diagonal is zero.
#[derive(Clone, Debug)]
pub(crate) struct Cholesky {
    order: usize,
    factor: Vec<f64>,
}

impl Cholesky {
    /// None where the matrix is not positive definite to working precision.
    pub fn new(mut matrix: Vec<f64>, order: usize) -> Option<Cholesky> {
        for row in 0..order {
            let (above, own) = matrix.split_at_mut(row * order);
            for column in 0..row {
                let other = &above[column * order..=column * order + column];
                let rest = own[column] - dot(&own[..column], &other[..column]);
                own[column] = rest / other[column];
            }
            let rest = own[row] - dot(&own[..row], &own[..row]);
            if rest.is_nan() || rest <= 0.0 {
                return None;
            }
            own[row] = rest.sqrt();
            own[row + 1..order].fill(0.0);
        }
        Some(Cholesky {
            order,
            factor: matrix,
        })
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.factor[row * self.order..=row * self.order + row]
    }

    pub fn log_determinant(&self) -> f64 {
        let diagonal = (0..self.order).map(|row| self.row(row)[row].ln());
        2.0 * diagonal.sum::<f64>()
    }

    /// Lx = b.
    pub fn solve_lower(&self, right: &[f64]) -> Vec<f64> {
        let mut solution: Vec<f64> = Vec::with_capacity(self.order);
        for (row, value) in right.iter().enumerate() {
            let own = self.row(row);
            let rest = value - dot(&own[..row], &solution);
            solution.push(rest / own[row]);
        }
        solution
    }

    /// LLᵀx = b.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut solution = self.solve_lower(right);
        for row in (0..self.order).rev() {
            let own = self.row(row);
            solution[row] /= own[row];
            let value = solution[row];
            for (rest, factor) in solution[..row].iter_mut().zip(own) {
                *rest -= factor * value;
            }
        }
        solution
    }

    /// The inverse of LLᵀ.
    pub fn inverse(&self) -> Vec<f64> {
        let order = self.order;
        // The columns of L's inverse from their diagonal on; what stands above it is zero.
        let columns: Vec<Vec<f64>> = (0..order).map(|column| self.inverted(column)).collect();
        let mut inverse = vec![0.0; order * order];
        for row in 0..order {
            for column in 0..=row {
                let value = dot(&columns[row], &columns[column][row - column..]);
                inverse[row * order + column] = value;
                inverse[column * order + row] = value;
            }
        }
        inverse
    }

    fn inverted(&self, column: usize) -> Vec<f64> {
        let mut inverted: Vec<f64> = Vec::with_capacity(self.order - column);
        for row in column..self.order {
            let own = self.row(row);
            let unit = if row == column { 1.0 } else { 0.0 };
            let rest = unit - dot(&own[column..row], &inverted);
            inverted.push(rest / own[row]);
        }
        inverted
    }
}

/// Sums of a dot product that do not wait for each other: four times as fast.
const LANES: usize = 8;

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (some, rest) = a.as_chunks::<LANES>();
    let (others, other_rest) = b.as_chunks::<LANES>();
    for (some, others) in some.iter().zip(others) {
        for ((lane, a), b) in lanes.iter_mut().zip(some).zip(others) {
            *lane += a * b;
        }
    }
    let rest = rest.iter().zip(other_rest).map(|(a, b)| a * b);
    lanes.iter().sum::<f64>() + rest.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_solves_inverts_and_has_the_determinant() {
        // Determinant 4 * 5 - 2 * 2 = 16; inverse [5 -2; -2 4] / 16.
        let factor = Cholesky::new(vec![4.0, 2.0, 2.0, 5.0], 2).unwrap();
        assert!((factor.log_determinant() - 16f64.ln()).abs() < 1e-12);
        for (got, wanted) in factor.solve(&[8.0, 9.0]).iter().zip([1.375, 1.25]) {
            assert!((got - wanted).abs() < 1e-12, "{got} for {wanted}");
        }
        for (got, wanted) in factor.inverse().iter().zip([5.0, -2.0, -2.0, 4.0]) {
            assert!((got * 16.0 - wanted).abs() < 1e-12, "{got} for {wanted}/16");
        }
    }

    #[test]
    fn a_factor_of_more_rows_than_lanes_inverts() {
        let order = 21;
        let entry = |row: usize, column: usize| {
            let apart = row.abs_diff(column) as f64;
            (-0.3 * apart).exp()
        };
        let places = (0..order * order).map(|place| entry(place / order, place % order));
        let inverse = Cholesky::new(places.collect(), order).unwrap().inverse();
        for row in 0..order {
            for column in 0..order {
                let products = (0..order).map(|at| entry(row, at) * inverse[at * order + column]);
                let wanted = f64::from(u8::from(row == column));
                assert!((products.sum::<f64>() - wanted).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        assert!(Cholesky::new(vec![1.0, 2.0, 2.0, 1.0], 2).is_none());
        assert!(Cholesky::new(vec![f64::NAN], 1).is_none());
    }
}
