//! A training job that a tuning job launched, as the tuning job keeps it.

use std::cmp::Ordering;

use local_core::store::{Table, Tx};
use local_sagemaker::jobs::status::JobStatus;
use serde::{Deserialize, Serialize};
use tuning::{Direction, State, Values};

/// By the tuning job's [scope] and the training job's name.
pub const TRIALS: Table<Trial> = Table::new("sagemaker/tuning-trial");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trial {
    /// Counts from 1, as in its name.
    pub number: u32,
    pub training_job: String,
    /// Of the tunable hyperparameters.
    pub values: Values,
    pub ended: Option<Ended>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ended {
    pub status: JobStatus,
    /// It failed by no fault of the client's.
    pub is_retryable: bool,
    /// The last value of the objective metric.
    pub objective: Option<f64>,
    /// All values of the objective metric; none stands for one that is not finite.
    pub curve: Vec<Option<f64>>,
}

/// `ObjectiveStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ObjectiveStatus {
    Succeeded,
    Pending,
    Failed,
}

/// Where the trials of a tuning job are kept: a name has no line break.
pub fn scope(region: &str, tuning_job: &str) -> String {
    format!("{region}\n{tuning_job}")
}

/// In the order of their launch.
pub fn all(tx: &Tx, region: &str, tuning_job: &str) -> Vec<Trial> {
    let rows = TRIALS.list(tx, &scope(region, tuning_job)).into_iter();
    let mut trials: Vec<Trial> = rows.map(|(_, trial)| trial).collect();
    trials.sort_by_key(|trial| trial.number);
    trials
}

/// The first in the order of [`best_first`] that has an objective and did not fail. One that was stopped may have saved no
/// model, so it is the best only where none has completed.
pub fn best(trials: &[Trial], direction: Direction) -> Option<&Trial> {
    let did_not_fail = |trial: &&Trial| trial.ended.as_ref().is_some_and(|ended| !ended.failed());
    let candidates = trials.iter().filter(did_not_fail);
    candidates
        .filter(|trial| trial.objective().is_some())
        .min_by(|a, b| by_objective(a, b, direction))
}

/// The completed ones by their objective, then the others by theirs; without an objective last.
pub fn best_first(mut trials: Vec<Trial>, direction: Direction) -> Vec<Trial> {
    trials.sort_by(|a, b| by_objective(a, b, direction));
    trials
}

fn by_objective(a: &Trial, b: &Trial, direction: Direction) -> Ordering {
    let cost = |trial: &Trial| match (trial.objective(), direction) {
        (None, _) => f64::INFINITY,
        (Some(objective), Direction::Minimize) => objective,
        (Some(objective), Direction::Maximize) => -objective,
    };
    let complete_first = b.is_complete().cmp(&a.is_complete());
    complete_first.then(cost(a).total_cmp(&cost(b)))
}

impl Trial {
    pub fn objective(&self) -> Option<f64> {
        self.ended.as_ref()?.objective
    }

    pub fn is_complete(&self) -> bool {
        let ended = self.ended.as_ref();
        ended.is_some_and(|ended| ended.status == JobStatus::Completed)
    }

    pub fn objective_status(&self) -> ObjectiveStatus {
        match &self.ended {
            None => ObjectiveStatus::Pending,
            Some(ended) if ended.objective.is_some() => ObjectiveStatus::Succeeded,
            Some(_) => ObjectiveStatus::Failed,
        }
    }

    /// As the search sees it; `curve` is that of a trial that runs.
    pub fn searched(&self, curve: &[f64]) -> tuning::Trial {
        let state = match &self.ended {
            None => State::Running,
            Some(ended) => ended.state(),
        };
        let ended = self.ended.iter().flat_map(|ended| &ended.curve);
        let ended = ended.map(|value| value.unwrap_or(f64::NAN));
        tuning::Trial {
            number: self.number - 1,
            values: self.values.clone(),
            state,
            curve: ended.chain(curve.iter().copied()).collect(),
        }
    }
}

impl Ended {
    pub fn failed(&self) -> bool {
        self.status == JobStatus::Failed
    }

    fn state(&self) -> State {
        match (self.status, self.objective) {
            (JobStatus::Completed, Some(objective)) => State::Finished(objective),
            (JobStatus::Stopped, objective) => State::Stopped(objective),
            _ => State::Failed,
        }
    }
}
