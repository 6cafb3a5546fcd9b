//! A training job that a tuning job launched, as the tuning job keeps it.

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

/// The one with the best objective of those that have completed, and where none has, of those that were stopped: they
/// may have saved no model.
pub fn best(trials: &[Trial], direction: Direction) -> Option<&Trial> {
    let of = |stopped: bool| {
        let ended = trials.iter().map(|trial| trial.searched(&[]));
        let kept = ended.filter(|trial| matches!(trial.state, State::Stopped(_)) == stopped);
        let best = tuning::best(&kept.collect::<Vec<_>>(), direction)?.number + 1;
        trials.iter().find(|trial| trial.number == best)
    };
    of(false).or_else(|| of(true))
}

/// The same order for all of them: those that were stopped, and those without an objective, come last.
pub fn best_first(mut trials: Vec<Trial>, direction: Direction) -> Vec<Trial> {
    let value = |trial: &Trial| {
        let value = trial.objective().unwrap_or(f64::NEG_INFINITY);
        match direction {
            Direction::Minimize if value.is_finite() => -value,
            _ => value,
        }
    };
    trials.sort_by(|a, b| {
        let complete_first = b.is_complete().cmp(&a.is_complete());
        complete_first.then(value(b).total_cmp(&value(a)))
    });
    trials
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
