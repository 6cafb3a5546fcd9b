//! A Gaussian process over the unit cube: Matérn 5/2 with a length scale per dimension, and noise.
//!
//! Length scales and noise are those of the highest posterior density; the variance of the process is the one that is
//! then most likely, in closed form (Rasmussen and Williams 2006, chapter 5). Priors keep few observations from
//! being explained by anything: a length scale grows with the root of the number of dimensions (Hvarfner et al. 2024,
//! "Vanilla Bayesian Optimization Performs Great in High Dimensions").

mod ascent;
mod kernel;
#[cfg(test)]
mod tests;

pub(crate) use kernel::Dimension;
use kernel::Kernel;

use crate::cholesky::{Cholesky, dot};

/// Observations that scales are fitted to; all are predicted from. Fitting costs the cube of their number, forty times.
const MOST_FITTED: usize = 150;

#[derive(Clone, Debug)]
pub(crate) struct GaussianProcess {
    kernel: Kernel,
    points: Vec<Vec<f64>>,
    /// The values at the points, less their mean.
    centred: Vec<f64>,
    factor: Cholesky,
    /// What a prediction weighs the correlations with the points by.
    weights: Vec<f64>,
    mean: f64,
    variance: f64,
}

/// A prediction without the noise of an observation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prediction {
    pub mean: f64,
    pub deviation: f64,
}

impl GaussianProcess {
    /// The values are taken in a unit near the largest of them, and so are the predictions: sums and squares of numbers
    /// that are finite stay so. None where the values do not differ: there is nothing to learn from them.
    pub fn fit(
        dimensions: &[Dimension],
        points: Vec<Vec<f64>>,
        values: &[f64],
    ) -> Option<GaussianProcess> {
        let first = *values.first()?;
        if values.iter().all(|value| *value == first) {
            return None;
        }
        let unit = unit(values);
        let mean = values.iter().map(|value| value / unit).sum::<f64>() / values.len() as f64;
        let centred: Vec<f64> = values.iter().map(|value| value / unit - mean).collect();
        let stride = points.len().div_ceil(MOST_FITTED).max(1);
        let some: Vec<&Vec<f64>> = points.iter().step_by(stride).collect();
        let some_values: Vec<f64> = centred.iter().copied().step_by(stride).collect();
        let start = Kernel::first(dimensions);
        let kernel = ascent::ascend(start, |kernel| kernel.posterior(&some, &some_values));
        let factor = Cholesky::new(
            kernel.matrix(&points.iter().collect::<Vec<_>>()),
            points.len(),
        )?;
        let weights = factor.solve(&centred);
        let variance = dot(&centred, &weights) / points.len() as f64;
        Some(GaussianProcess {
            kernel,
            points,
            centred,
            factor,
            weights,
            mean,
            variance,
        })
    }

    pub fn mean(&self, point: &[f64]) -> f64 {
        self.mean
            + dot(
                &self.kernel.correlations(point, &self.points),
                &self.weights,
            )
    }

    pub fn predict(&self, point: &[f64]) -> Prediction {
        let correlations = self.kernel.correlations(point, &self.points);
        let explained = self.factor.solve_lower(&correlations);
        let left = (1.0 - dot(&explained, &explained)).max(0.0);
        Prediction {
            mean: self.mean + dot(&correlations, &self.weights),
            deviation: (self.variance * left).sqrt(),
        }
    }

    /// The same process as if observations at these points had come out as it predicts: its means stay, its doubt
    /// near them goes ("kriging believer", Ginsbourger et al. 2010).
    pub fn believing(mut self, pending: Vec<Vec<f64>>) -> Option<GaussianProcess> {
        if pending.is_empty() {
            return Some(self);
        }
        let believed = pending.iter().map(|point| self.mean(point) - self.mean);
        let believed: Vec<f64> = believed.collect();
        self.centred.extend(believed);
        self.points.extend(pending);
        let points: Vec<&Vec<f64>> = self.points.iter().collect();
        self.factor = Cholesky::new(self.kernel.matrix(&points), points.len())?;
        self.weights = self.factor.solve(&self.centred);
        Some(self)
    }
}

/// The power of two below the largest magnitude: a division by it rounds nothing.
fn unit(values: &[f64]) -> f64 {
    const EXPONENT: u64 = f64::INFINITY.to_bits();
    let largest = values.iter().map(|value| value.abs()).fold(0.0, f64::max);
    f64::from_bits(largest.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}
