//! Trials, and which of them is best.

use crate::Values;

/// A training job of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Counts from 0 in the order of suggestions.
    pub number: u32,
    pub values: Values,
    pub state: State,
    /// The objective metric after each epoch.
    pub curve: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Running,
    Finished(f64),
    /// Stopped early or by a person, with the objective metric that it had by then.
    Stopped(Option<f64>),
    Failed,
}

/// A result of another study, from which this one starts warm.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    pub values: Values,
    pub objective: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Minimize,
    Maximize,
}

impl Trial {
    /// The final objective metric. None where there is none and where it is not a finite number: a training that
    /// diverged has nothing to compare.
    pub fn objective(&self) -> Option<f64> {
        let objective = match self.state {
            State::Finished(objective) | State::Stopped(Some(objective)) => objective,
            State::Running | State::Stopped(None) | State::Failed => return None,
        };
        objective.is_finite().then_some(objective)
    }
}

impl Direction {
    /// The objective as a cost: less is better.
    pub(crate) fn cost(self, objective: f64) -> f64 {
        match self {
            Direction::Minimize => objective,
            Direction::Maximize => -objective,
        }
    }

    /// Whether `a` is better than `b`. What is not a number is worse than every number.
    pub(crate) fn better(self, a: f64, b: f64) -> bool {
        !a.is_nan() && (b.is_nan() || self.cost(a) < self.cost(b))
    }
}

/// The trial with the best finite objective, the earliest of equals. None while no trial has one.
pub fn best(history: &[Trial], direction: Direction) -> Option<&Trial> {
    let cost = |trial: &Trial| trial.objective().map(|objective| direction.cost(objective));
    let costs = history
        .iter()
        .filter_map(|trial| Some((cost(trial)?, trial)));
    costs
        .min_by(|(a, first), (b, second)| a.total_cmp(b).then(first.number.cmp(&second.number)))
        .map(|(_, trial)| trial)
}
