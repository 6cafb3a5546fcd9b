//! Correlations of points, and the posterior density of what they depend on.

use crate::cholesky::{Cholesky, dot};

/// How far apart two coordinates are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// By their difference.
    Numeric,
    /// One where they differ: categories have no order.
    Categorical,
}

/// Matérn 5/2 by logarithms: a length scale per dimension, then the noise's variance as a share of the process's.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    dimensions: Vec<Dimension>,
    pub logarithms: Vec<f64>,
}

/// Priors of the logarithms: normal, by mean and deviation. A length scale's mean is the root of the number of dimensions,
/// its deviation √3 (Hvarfner et al. 2024, whose mean is e^√2 times that). The noise's prior is wide, so that an
/// objective without noise is found to have none: DESIGN.md has the measurement.
const LENGTH_DEVIATION: f64 = 1.732_050_807_568_877_2;
const NOISE: (f64, f64) = (-8.0, 3.0);

/// The ascent stays within these logarithms. The least noise keeps the matrix regular where points are equal.
const LENGTHS: (f64, f64) = (-5.0, 8.0);
const NOISES: (f64, f64) = (-14.0, 2.0);

impl Kernel {
    /// Where the ascent starts: at the priors' means. From longer scales it ends more often where all is noise.
    pub fn first(dimensions: &[Dimension]) -> Kernel {
        let mut logarithms = vec![length_mean(dimensions.len()); dimensions.len()];
        logarithms.push(NOISE.0);
        Kernel {
            dimensions: dimensions.to_vec(),
            logarithms,
        }
    }

    pub fn noise(&self) -> f64 {
        self.logarithms[self.dimensions.len()].exp()
    }

    /// Keeps the logarithms where they mean something.
    pub fn confine(&mut self) {
        let dimensions = self.dimensions.len();
        let (lengths, noise) = self.logarithms.split_at_mut(dimensions);
        for length in lengths {
            *length = length.clamp(LENGTHS.0, LENGTHS.1);
        }
        noise[0] = noise[0].clamp(NOISES.0, NOISES.1);
    }

    /// 1 / length², by dimension.
    fn precisions(&self) -> Vec<f64> {
        let lengths = &self.logarithms[..self.dimensions.len()];
        lengths.iter().map(|length| (-2.0 * length).exp()).collect()
    }

    fn squared(&self, dimension: usize, a: f64, b: f64) -> f64 {
        match self.dimensions[dimension] {
            Dimension::Numeric => (a - b) * (a - b),
            Dimension::Categorical => f64::from(u8::from(a != b)),
        }
    }

    fn distance(&self, precisions: &[f64], a: &[f64], b: &[f64]) -> f64 {
        let squares = precisions.iter().enumerate();
        let squares = squares.map(|(at, precision)| precision * self.squared(at, a[at], b[at]));
        squares.sum::<f64>().sqrt()
    }

    pub fn correlations(&self, point: &[f64], points: &[Vec<f64>]) -> Vec<f64> {
        let precisions = self.precisions();
        let points = points.iter();
        points
            .map(|other| matern(self.distance(&precisions, point, other)))
            .collect()
    }

    /// Correlations of all with all, the noise on the diagonal.
    pub fn matrix(&self, points: &[&Vec<f64>]) -> Vec<f64> {
        let order = points.len();
        let precisions = self.precisions();
        let mut matrix = vec![0.0; order * order];
        for row in 0..order {
            for column in 0..row {
                let correlation = matern(self.distance(&precisions, points[row], points[column]));
                matrix[row * order + column] = correlation;
                matrix[column * order + row] = correlation;
            }
            matrix[row * order + row] = 1.0 + self.noise();
        }
        matrix
    }

    /// The logarithm of the posterior density, up to a constant, and its gradient. None where the matrix is singular.
    pub fn posterior(&self, points: &[&Vec<f64>], values: &[f64]) -> Option<(f64, Vec<f64>)> {
        let order = points.len();
        let dimensions = self.dimensions.len();
        let factor = Cholesky::new(self.matrix(points), order)?;
        let weights = factor.solve(values);
        let variance = dot(values, &weights) / order as f64;
        let likelihood = -0.5 * (order as f64 * variance.ln() + factor.log_determinant());
        // The derivative by a parameter p is half the trace of (ww'/variance - inverse) dK/dp.
        let inverse = factor.inverse();
        let precisions = self.precisions();
        let mut gradient = vec![0.0; dimensions + 1];
        for row in 0..order {
            let outer = |column: usize| {
                weights[row] * weights[column] / variance - inverse[row * order + column]
            };
            gradient[dimensions] += 0.5 * outer(row) * self.noise();
            for column in 0..row {
                let (a, b) = (points[row], points[column]);
                let slope = outer(column) * steepness(self.distance(&precisions, a, b));
                for (at, precision) in precisions.iter().enumerate() {
                    gradient[at] += slope * precision * self.squared(at, a[at], b[at]);
                }
            }
        }
        let mut density = likelihood;
        for (at, logarithm) in self.logarithms.iter().enumerate() {
            let (mean, deviation) = if at < dimensions {
                (length_mean(dimensions), LENGTH_DEVIATION)
            } else {
                NOISE
            };
            let off = (logarithm - mean) / deviation;
            density -= 0.5 * off * off;
            gradient[at] -= off / deviation;
        }
        Some((density, gradient))
    }
}

fn length_mean(dimensions: usize) -> f64 {
    0.5 * (dimensions as f64).ln()
}

fn matern(distance: f64) -> f64 {
    let scaled = 5f64.sqrt() * distance;
    (1.0 + scaled + scaled * scaled / 3.0) * (-scaled).exp()
}

/// The derivative of [`matern`] by the logarithm of a dimension's length scale, divided by that dimension's
/// part of the squared distance: 5/3 (1 + √5 r) exp(-√5 r).
fn steepness(distance: f64) -> f64 {
    let scaled = 5f64.sqrt() * distance;
    5.0 / 3.0 * (1.0 + scaled) * (-scaled).exp()
}
