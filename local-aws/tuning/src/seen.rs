//! A tuning job that has not ended, as it was seen at one moment.

use std::sync::Arc;

use local_core::Cloud;
use local_core::store::Tx;
use local_sagemaker::jobs::{self, Job, Training};

use super::curves::Curves;
use super::job::{JOBS, TuningJob};
use super::trial::{self, Trial};
use super::{ending, search};

pub struct Seen {
    pub job: TuningJob,
    pub trials: Vec<Trial>,
    /// The training jobs of the trials whose end is not written down yet.
    pub running: Vec<Job<Training>>,
}

impl Seen {
    pub fn of(tx: &Tx, region: &str, name: &str) -> Option<Self> {
        let job = JOBS.get(tx, region, name)?;
        let trials = trial::all(tx, region, name);
        let running = trials.iter().filter(|trial| trial.ended.is_none());
        let running = running.filter_map(|trial| jobs::get(tx, region, &trial.training_job));
        let running = running.collect();
        let seen = Self {
            job,
            trials,
            running,
        };
        (!seen.job.status.is_final()).then_some(seen)
    }

    /// Writes down what came of the training jobs that have ended; false where none has.
    pub async fn record_ends(&self, cloud: &Arc<Cloud>, region: &str, curves: &mut Curves) -> bool {
        let ended = self.running.iter();
        let ended = ended.filter(|job| job.state.status.is_final());
        let mut recorded = Vec::new();
        for job in ended {
            let curve = self.curve(cloud, region, job, curves).await;
            let name = &job.request.training_job_name;
            let trial = self.trials.iter().find(|trial| trial.training_job == *name);
            let metric = &self.job.request.objective().metric_name;
            recorded.extend(trial.map(|trial| Trial {
                ended: Some(ending::of(job, metric, &curve)),
                ..trial.clone()
            }));
        }
        if recorded.is_empty() {
            return false;
        }
        cloud.store.update(|tx| {
            for trial in &recorded {
                ending::record(tx, region, &self.job, trial);
            }
        });
        true
    }

    /// The trials as the search sees them. The logs of those that run are read only where a rule asks for it.
    pub async fn history(
        &self,
        cloud: &Arc<Cloud>,
        region: &str,
        curves: &mut Curves,
    ) -> Vec<tuning::Trial> {
        let is_watched = search::rule(&self.job.request).is_some();
        let mut history = Vec::new();
        for trial in &self.trials {
            let mut running = self.running.iter().filter(|_| is_watched);
            let job = running.find(|job| job.request.training_job_name == trial.training_job);
            let curve = match job {
                Some(job) => self.curve(cloud, region, job, curves).await,
                None => Vec::new(),
            };
            history.push(trial.searched(&curve));
        }
        history
    }

    async fn curve(
        &self,
        cloud: &Arc<Cloud>,
        region: &str,
        job: &Job<Training>,
        curves: &mut Curves,
    ) -> Vec<f64> {
        let request = &self.job.request;
        let metric = &request.objective().metric_name;
        // Checked when the tuning job was created.
        match request.training_job_definition.metric(metric) {
            Some(metric) => curves.read(cloud, region, job, metric).await,
            None => Vec::new(),
        }
    }
}
