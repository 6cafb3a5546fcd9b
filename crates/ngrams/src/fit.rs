//! The weights that make the training labels likely without being large.

use rayon::prelude::*;

use crate::lbfgs::{length, minimise};
use crate::rows::Rows;

/// Parts of the rows that threads share. Their number decides the order of the sums, so it is the
/// same whatever the threads.
const PARTS: usize = 8;
/// The gradient's length at the end, as a share of that without weights.
const TOLERANCE: f64 = 1e-4;
/// Gradients after which no further step is begun.
const LIMIT: usize = 500;

/// Rows to learn from, or to be judged by.
pub struct Problem<'a> {
    pub rows: &'a Rows,
    pub columns: usize,
    /// Of each row.
    pub classes: &'a [usize],
    /// How much a row of each class counts; there are as many classes.
    pub class_weights: &'a [f64],
}

/// What was found.
pub struct Fit {
    /// The weights of all columns by class, and after them a bias for each class.
    pub weights: Vec<f64>,
    /// False where the gradient was still long after the most evaluations that are made.
    pub converged: bool,
}

/// Minimises `c` times the weighted sum of the rows' cross-entropies, plus half the sum of the
/// squared weights; a bias costs nothing. `c` is scikit-learn's `C`: the smaller, the stronger the
/// regularisation. Another `c`'s weights are a good start, from which it is found sooner.
///
/// It holds some thirty vectors of the weights' size in f64.
pub fn fit(problem: &Problem, c: f64, start: Option<Vec<f64>>) -> Fit {
    let labels = problem.class_weights.len();
    let size = (problem.columns + 1) * labels;
    let start = start.unwrap_or_else(|| vec![0.0; size]);
    assert_eq!(start.len(), size, "weights and biases of the start");
    let total = problem.total();
    let penalty = 1.0 / (c * total);
    let mut parts = vec![vec![0.0; size]; PARTS.min(problem.rows.len().max(1))];
    let mut cost = |point: &[f64], gradient: &mut [f64]| {
        let of_part = problem.rows.len().div_ceil(parts.len()).max(1);
        let part_losses = parts.par_iter_mut().enumerate().map(|(part, gradient)| {
            gradient.fill(0.0);
            let rows = part * of_part..problem.rows.len().min((part + 1) * of_part);
            rows.map(|row| problem.add_gradient(row, point, gradient))
                .sum::<f64>()
        });
        let losses: Vec<f64> = part_losses.collect();
        let weights = labels * problem.columns;
        gradient
            .par_iter_mut()
            .enumerate()
            .for_each(|(place, out)| {
                let sum: f64 = parts.iter().map(|part| part[place]).sum();
                let decay = if place < weights {
                    penalty * point[place]
                } else {
                    0.0
                };
                *out = sum / total + decay;
            });
        let squares: f64 = point[..weights].iter().map(|weight| weight * weight).sum();
        losses.iter().sum::<f64>() / total + 0.5 * penalty * squares
    };
    // The same end from any start.
    let mut without_weights = vec![0.0; size];
    cost(&vec![0.0; size], &mut without_weights);
    let enough = TOLERANCE * length(&without_weights);
    let (weights, converged) = minimise(&mut cost, start, enough, LIMIT);
    Fit { weights, converged }
}

impl Problem<'_> {
    /// The rows' mean cross-entropy under these weights, each row by its class's weight.
    pub fn loss(&self, weights: &[f64]) -> f64 {
        let losses: Vec<f64> = (0..self.rows.len())
            .into_par_iter()
            .map(|row| {
                let mut logits = self.logits(row, weights);
                let logit = logits[self.classes[row]];
                self.class_weights[self.classes[row]] * (softmax(&mut logits) - logit)
            })
            .collect();
        losses.iter().sum::<f64>() / self.total()
    }

    fn total(&self) -> f64 {
        let weights = self.classes.iter().map(|class| self.class_weights[*class]);
        weights.sum()
    }

    fn logits(&self, row: usize, point: &[f64]) -> Vec<f64> {
        let labels = self.class_weights.len();
        let mut logits = point[labels * self.columns..].to_vec();
        for (column, value) in self.rows.row(row) {
            let weights = &point[column * labels..(column + 1) * labels];
            for (logit, weight) in logits.iter_mut().zip(weights) {
                *logit += f64::from(value) * weight;
            }
        }
        logits
    }

    /// Adds a row's gradient, and returns its cross-entropy.
    fn add_gradient(&self, row: usize, point: &[f64], gradient: &mut [f64]) -> f64 {
        let labels = self.class_weights.len();
        let mut logits = self.logits(row, point);
        let class = self.classes[row];
        let weight = self.class_weights[class];
        let logit = logits[class];
        let of_all = softmax(&mut logits);
        let mut errors = logits;
        errors[class] -= 1.0;
        errors.iter_mut().for_each(|error| *error *= weight);
        for (column, value) in self.rows.row(row) {
            let gradients = &mut gradient[column * labels..(column + 1) * labels];
            for (gradient, error) in gradients.iter_mut().zip(&errors) {
                *gradient += f64::from(value) * error;
            }
        }
        for (gradient, error) in gradient[labels * self.columns..].iter_mut().zip(&errors) {
            *gradient += error;
        }
        weight * (of_all - logit)
    }
}

/// In f64, unlike those of `scores`, whose logits are of f32: makes probabilities of logits, and returns the logarithm of the sum of their exponentials.
pub fn softmax(logits: &mut [f64]) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logits
        .iter_mut()
        .for_each(|logit| *logit = (*logit - largest).exp());
    let sum: f64 = logits.iter().sum();
    logits.iter_mut().for_each(|value| *value /= sum);
    largest + sum.ln()
}
