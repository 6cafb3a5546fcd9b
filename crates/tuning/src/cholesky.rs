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
        let mut inverse = Vec::with_capacity(self.order * self.order);
        let mut unit = vec![0.0; self.order];
        for row in 0..self.order {
            unit[row] = 1.0;
            inverse.extend(self.solve(&unit));
            unit[row] = 0.0;
        }
        inverse
    }
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
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
    fn what_is_not_positive_definite_has_no_factor() {
        assert!(Cholesky::new(vec![1.0, 2.0, 2.0, 1.0], 2).is_none());
        assert!(Cholesky::new(vec![f64::NAN], 1).is_none());
    }
}
