//! New trials: a row and a training job each, in one transaction.

use std::sync::Arc;

use local_containers::blocking;
use local_core::Cloud;
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, Training, TrainingDetails};
use tuning::Values;

use super::job::{JOBS, TuningJob};
use super::search;
use super::trial::{self, TRIALS, Trial};

/// Launches as many as there are places and instances for, and tells how many; the error is the reason why none can
/// ever be launched.
pub async fn launch(
    cloud: &Arc<Cloud>,
    region: &str,
    job: &TuningJob,
    history: Vec<tuning::Trial>,
    places: usize,
) -> Result<usize, String> {
    let study = search::study(&job.request, job.seed, &job.inherited)?;
    // A model of many results takes its time.
    let suggest = move || Ok(study.suggest(&history, places));
    let suggestions = blocking::run(suggest).await?;
    cloud.store.update(|tx| {
        let is_stopped = JOBS
            .get(tx, region, job.name())
            .is_none_or(|job| job.status != JobStatus::InProgress);
        if is_stopped {
            return Ok(0);
        }
        let before = trial::all(tx, region, job.name()).len();
        for (place, values) in suggestions.into_iter().enumerate() {
            let number = u32::try_from(before + place + 1).unwrap_or(u32::MAX);
            match put((cloud, tx), region, job, (number, values)) {
                Ok(()) => {}
                // The other trials wait for instances that are free.
                Err(refusal) if refusal.code == "ResourceLimitExceeded" => return Ok(place),
                Err(refusal) => return Err(format!("{}: {}", refusal.code, refusal.message)),
            }
        }
        Ok(trial::all(tx, region, job.name()).len() - before)
    })
}

fn put(
    (cloud, tx): (&Cloud, &Tx),
    region: &str,
    job: &TuningJob,
    (number, values): (u32, Values),
) -> Result<(), AwsError> {
    let signs = cloud.world.dice("sagemaker/tuning-trial").hex(8);
    let name = format!("{}-{number:03}-{signs}", job.name());
    let definition = &job.request.training_job_definition;
    let request = definition.request(&name, &values, &job.request.tags);
    let details = TrainingDetails::launched_by(&job.arn);
    jobs::put_new_with::<Training>(cloud, tx, region, request, details)?;
    tracing::info!(tuning_job.name = job.name(), training_job.name = name, hyperparameters = ?values, "a trial begins");
    let trial = Trial {
        number,
        training_job: name,
        values,
        ended: None,
    };
    TRIALS.put(
        tx,
        &trial::scope(region, job.name()),
        &trial.training_job,
        &trial,
    );
    Ok(())
}
