//! How much of the objective's variation each hyperparameter accounts for.

#[cfg(test)]
mod tests;

use crate::bayesian::dimensions;
use crate::gaussian_process::GaussianProcess;
use crate::{Space, State, Trial, random};

/// Pairs of points that the indices are means over.
const PAIRS: u32 = 1024;

/// The total Sobol' index of each parameter, in the order of the space: the share of the objective's variance over the
/// space that would remain were every other parameter known (Saltelli et al. 2010, Jansen's estimator). A parameter
/// that acts through another counts for both, so that shares may add up to more than one. None is above one: an
/// estimate may be.
///
/// Trials that were stopped are left aside: what they had reached is the objective of fewer epochs, and would be taken
/// for their parameters' doing. The objective is not known all over the space: shares are those of a Gaussian process that was fitted to the
/// trials, and as good as it. None where fewer than two different points have different objectives.
pub fn importance(space: &Space, history: &[Trial]) -> Option<Vec<f64>> {
    let mut history: Vec<&Trial> = history.iter().collect();
    history.sort_by_key(|trial| trial.number);
    let finished = history
        .into_iter()
        .filter(|trial| matches!(trial.state, State::Finished(_)));
    let known = finished.filter_map(|trial| {
        let point = space.point(&trial.values).ok()?;
        Some((point, trial.objective()?))
    });
    let (points, objectives): (Vec<_>, Vec<_>) = known.unzip();
    let process = GaussianProcess::fit(&dimensions(space), points, &objectives)?;
    let count = space.parameters().len();
    let mean_at = |point: &[f64]| process.mean(&space.snapped(point.to_vec()));
    let mut means = Vec::new();
    let mut remaining = vec![0.0; count];
    for number in 0..PAIRS {
        let pair = random::point(number, 2 * count, 0);
        let (own, other) = pair.split_at(count);
        let mean = mean_at(own);
        for (at, remaining) in remaining.iter_mut().enumerate() {
            let mut changed = own.to_vec();
            changed[at] = other[at];
            *remaining += (mean - mean_at(&changed)).powi(2) / (2.0 * f64::from(PAIRS));
        }
        means.push(mean);
    }
    let mean = means.iter().sum::<f64>() / f64::from(PAIRS);
    let squares = means.iter().map(|value| (value - mean).powi(2));
    let variance = squares.sum::<f64>() / f64::from(PAIRS);
    let share = |remaining: &f64| (remaining / variance).min(1.0);
    (variance > 0.0).then(|| remaining.iter().map(share).collect())
}
