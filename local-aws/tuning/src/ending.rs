//! The ends: of trials, and of the tuning job.

use local_core::Cloud;
use local_core::store::Tx;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, Job, Training};

use super::event::turn;
use super::job::{Ending, JOBS, TuningJob};
use super::trial::{self, Ended, TRIALS, Trial};

/// What came of a training job that has ended.
pub fn of(job: &Job<Training>, metric: &str, curve: &[f64]) -> Ended {
    let status = job.state.status;
    let reason = job.state.failure_reason.as_deref().unwrap_or_default();
    let finite = |value: &f64| value.is_finite().then_some(*value);
    Ended {
        status,
        is_retryable: status == JobStatus::Failed && reason.starts_with("InternalServerError"),
        // As on AWS a training job that failed has none, whatever it has logged.
        objective: job
            .final_value(metric)
            .filter(|_| status != JobStatus::Failed),
        curve: curve.iter().map(finite).collect(),
    }
}

/// Writes down what came of a trial.
pub fn record(tx: &Tx, region: &str, job: &TuningJob, trial: &Trial) {
    let objective = trial.objective();
    tracing::info!(
        tuning_job.name = job.name(),
        training_job.name = trial.training_job,
        objective,
        "a trial has ended"
    );
    let scope = trial::scope(region, job.name());
    TRIALS.put(tx, &scope, &trial.training_job, trial);
}

/// Decides how a tuning job ends, where that is not decided yet; stops what runs; and when nothing does, ends it. False
/// where its training jobs must end first.
pub fn end((cloud, tx): (&Cloud, &Tx), region: &str, name: &str, ending: Ending) -> bool {
    let job = JOBS.get(tx, region, name);
    let Some(mut job) = job.filter(|job| !job.status.is_final()) else {
        return false;
    };
    let Ending {
        status,
        failure_reason,
    } = job.ending.get_or_insert(ending).clone();
    let trials = trial::all(tx, region, name).into_iter();
    let running: Vec<Trial> = trials.filter(|trial| trial.ended.is_none()).collect();
    if running.is_empty() {
        tracing::info!(
            tuning_job.name = name,
            tuning_job.status = status.name(),
            reason = failure_reason,
            "a tuning job has ended"
        );
        job.failure_reason = failure_reason;
        job.enter(cloud, status);
        turn((cloud, tx), region, &job);
        return true;
    }
    JOBS.put(tx, region, name, &job);
    let mut stopped = false;
    for trial in running {
        stopped |= stop((cloud, tx), region, &trial.training_job);
    }
    stopped
}

/// False where it is stopped already, or its program has ended.
pub fn stop((cloud, tx): (&Cloud, &Tx), region: &str, training_job: &str) -> bool {
    let job: Option<Job<Training>> = jobs::get(tx, region, training_job);
    job.is_some_and(|job| job.state.status == JobStatus::InProgress && !job.is_uploading())
        && jobs::request_stop::<Training>(cloud, tx, region, training_job)
}
