//! What a tuning job does next, from its trials alone, until its end is decided.

use super::request::{CreateRequest, Direction, Objective};
use super::trial::{self, Trial};

/// A tuning job none of whose first training jobs gave a value of the objective is given up.
///
/// Source of the number and of the first reason: aws/amazon-sagemaker-examples issue 2437, which quotes it.
const ATTEMPTS: usize = 5;

#[derive(Debug, PartialEq, Eq)]
pub enum Course {
    /// So many training jobs may begin.
    Launch(usize),
    /// A training job must end first.
    Wait,
    /// What still runs is stopped, and the tuning job is Completed.
    Complete,
    /// It is Failed, with this reason.
    Fail(String),
}

/// `most` is how many training jobs there may be, `is_late` whether `MaxRuntimeInSeconds` are over.
pub fn course(
    request: &CreateRequest,
    trials: &[Trial],
    most: Option<u128>,
    is_late: bool,
) -> Course {
    let running = trials.iter().filter(|trial| trial.ended.is_none()).count();
    let ended = trials.len() - running;
    let has_result = trials.iter().any(|trial| trial.objective().is_some());
    if is_late && running == 0 && !has_result {
        return Course::Fail(reason(trials));
    }
    if is_late || meets_criteria(request, trials) {
        return Course::Complete;
    }
    let left = most.map_or(usize::MAX, |most| {
        let left = most.saturating_sub(trials.len() as u128);
        usize::try_from(left).unwrap_or(usize::MAX)
    });
    let is_given_up = !has_result && ended >= ATTEMPTS;
    if left == 0 || is_given_up {
        return match running {
            0 if has_result => Course::Complete,
            0 => Course::Fail(reason(trials)),
            _ => Course::Wait,
        };
    }
    let at_once = request.limits().max_parallel_training_jobs as usize;
    match at_once.saturating_sub(running).min(left) {
        0 => Course::Wait,
        places => Course::Launch(places),
    }
}

/// How many training jobs have ended since the best one was launched: none before there is a best one.
pub fn not_improving(trials: &[Trial], objective: &Objective) -> usize {
    let Some(best) = trial::best(trials, objective.direction()) else {
        return 0;
    };
    let later = trials.iter().filter(|trial| trial.number > best.number);
    later.filter(|trial| trial.ended.is_some()).count()
}

fn meets_criteria(request: &CreateRequest, trials: &[Trial]) -> bool {
    let config = &request.hyper_parameter_tuning_job_config;
    let Some(criteria) = config.tuning_job_completion_criteria else {
        return false;
    };
    let objective = request.objective();
    let mut values = trials.iter().filter_map(Trial::objective);
    let target = criteria.target_objective_metric_value;
    let reaches = target.is_some_and(|target| {
        values.any(|value| value == target || objective.is_better(value, target))
    });
    let most = criteria.best_objective_not_improving;
    let most = most.and_then(|most| most.max_number_of_training_jobs_not_improving);
    reaches || most.is_some_and(|most| not_improving(trials, objective) >= most as usize)
}

fn reason(trials: &[Trial]) -> String {
    if trials.is_empty() {
        return "No training job began within MaxRuntimeInSeconds: no instance was free."
            .to_owned();
    }
    let attempts = trials.len().min(ATTEMPTS);
    let failed = |trial: &Trial| {
        let ended = trial.ended.as_ref();
        ended.is_some_and(|ended| ended.failed())
    };
    if trials.iter().all(failed) {
        return format!(
            "No training job succeeded after {attempts} attempts. Please take a look at the training job failures to \
             get more details."
        );
    }
    format!(
        "No objective metric was found in the logs of {attempts} training jobs: none has a finite number where the \
         Regex of the metric definition has its group."
    )
}

impl Objective {
    pub fn is_better(&self, value: f64, than: f64) -> bool {
        match self.direction {
            Direction::Maximize => value > than,
            Direction::Minimize => value < than,
        }
    }
}
