//! New trials: a row and a training job each, in one transaction.

use std::sync::Arc;

use local_containers::blocking;
use local_core::Cloud;
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_sagemaker::jobs::{self, JobKind, Training, TrainingDetails};
use tuning::Values;

use super::job::{JOBS, TuningJob};
use super::search;
use super::trial::{self, TRIALS, Trial};

/// Launches as many as there are places and instances for, and tells how many. The error is the reason why one of them
/// can never be launched; then none is.
pub async fn launch(
    cloud: &Arc<Cloud>,
    region: &str,
    job: &TuningJob,
    history: Vec<tuning::Trial>,
    places: usize,
) -> Result<usize, String> {
    let study = search::study(&job.request, job.seed, &job.inherited)?;
    // A model of many results takes its time: there is none while no instance is free.
    let places = cloud
        .store
        .read(|tx| free((cloud, tx), region, job, places));
    if places == 0 {
        return Ok(0);
    }
    let suggest = move || Ok(study.suggest(&history, places));
    let suggestions = blocking::run(suggest).await?;
    let launched = cloud.store.write(|tx| {
        let may_launch = JOBS
            .get(tx, region, job.name())
            .is_some_and(|job| job.ending.is_none());
        let mut launched = Vec::new();
        let before = trial::all(tx, region, job.name()).len();
        let suggestions = suggestions.into_iter().filter(|_| may_launch);
        for (place, values) in suggestions.enumerate() {
            let number = u32::try_from(before + place + 1).unwrap_or(u32::MAX);
            match put((cloud, tx), region, job, (number, values)) {
                Ok(trial) => launched.push(trial),
                // Another job was faster; the other trials wait for instances that are free.
                Err(refusal) if refusal.code == "ResourceLimitExceeded" => break,
                Err(refusal) => return Err(format!("{}: {}", refusal.code, refusal.message)),
            }
        }
        Ok(launched)
    })?;
    for trial in &launched {
        tracing::info!(
            tuning_job.name = job.name(),
            training_job.name = trial.training_job,
            hyperparameters = ?trial.values,
            "a trial begins"
        );
    }
    Ok(launched.len())
}

/// For how many of these places there are instances.
pub fn free((cloud, tx): (&Cloud, &Tx), region: &str, job: &TuningJob, places: usize) -> usize {
    let definition = &job.request.training_job_definition;
    let one = Training::instances(&definition.request(job.name(), &Values::new(), &[]));
    let fits = |jobs: &u32| {
        let mut wanted = one.clone();
        wanted.instance_count = wanted.instance_count.saturating_mul(*jobs);
        jobs::check_quota::<Training>(cloud, tx, region, &wanted).is_ok()
    };
    (1..).take(places).take_while(fits).count()
}

fn put(
    (cloud, tx): (&Cloud, &Tx),
    region: &str,
    job: &TuningJob,
    (number, values): (u32, Values),
) -> Result<Trial, AwsError> {
    let signs = cloud.world.dice("sagemaker/tuning-trial").hex(8);
    let name = format!("{}-{number:03}-{signs}", job.name());
    let definition = &job.request.training_job_definition;
    let request = definition.request(&name, &values, &job.request.tags);
    let details = TrainingDetails::of_tuning_job(&job.arn);
    jobs::put_new_with::<Training>(cloud, tx, region, request, details)?;
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
    Ok(trial)
}
