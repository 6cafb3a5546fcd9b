//! When a running trial is not worth its next epoch.

#[cfg(test)]
mod tests;

use crate::{Direction, State, Trial};

/// What stops a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// SageMaker's `TrainingJobEarlyStoppingType` Auto: the objective metric is worse than the median of the earlier
    /// trials' running averages up to the same epoch.
    Median,
    Hyperband(Hyperband),
}

/// SageMaker's `HyperbandStrategyConfig`. A resource is a value of the curve, an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hyperband {
    /// No trial is stopped before it, at least 1.
    pub min_resource: u32,
    /// From it on no rung compares a trial.
    pub max_resource: u32,
    /// A trial ends by itself at `max_resource`. Otherwise it is stopped then.
    pub ends_itself: bool,
}

/// At each rung the best third goes on (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning").
const REDUCTION: usize = 3;

impl Rule {
    /// Whether a running trial is to be stopped after the last value of its curve. `others` are the other trials of
    /// its study; the trial itself may be among them.
    pub fn should_stop(self, trial: &Trial, others: &[Trial], direction: Direction) -> bool {
        let Some(last) = trial.curve.last() else {
            return false;
        };
        let others = others
            .iter()
            .filter(|other| other.number != trial.number && other.state != State::Failed);
        match self {
            Rule::Median => {
                let epoch = trial.curve.len();
                let earlier = others
                    .filter(|other| other.number < trial.number && other.curve.len() >= epoch);
                let averages = earlier.map(|other| mean(&other.curve[..epoch]));
                median(averages.filter(|average| average.is_finite()).collect())
                    .is_some_and(|median| direction.better(median, *last))
            }
            Rule::Hyperband(hyperband) => {
                if trial.curve.len() >= hyperband.max_resource as usize {
                    return !hyperband.ends_itself;
                }
                let Some(rung) = hyperband.rung(trial.curve.len()) else {
                    return false;
                };
                let own = trial.curve[rung - 1];
                let reached: Vec<f64> = others
                    .filter_map(|other| other.curve.get(rung - 1).copied())
                    .collect();
                let better = reached
                    .iter()
                    .filter(|value| direction.better(**value, own))
                    .count();
                // The first ones have nobody to be compared with and go on.
                let kept = ((reached.len() + 1) / REDUCTION).max(1);
                better >= kept
            }
        }
    }
}

impl Hyperband {
    /// The highest rung that so many values reach: `min_resource` times a power of the reduction.
    fn rung(self, values: usize) -> Option<usize> {
        let first = (self.min_resource as usize).max(1);
        std::iter::successors(Some(first), |rung| rung.checked_mul(REDUCTION))
            .take_while(|rung| *rung <= values)
            .last()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 {
        upper
    } else {
        f64::midpoint(values[middle - 1], upper)
    })
}
