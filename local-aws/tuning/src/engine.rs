//! Drives each tuning job that is in progress: one work from its start to its end.

use std::sync::Arc;
use std::time::Duration;

use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, Job, JobKind, Training};

use super::course::{Course, course};
use super::curves::Curves;
use super::job::{ACTIVE, JOBS, TuningJob};
use super::launch::launch;
use super::trial::{self, Trial};
use super::{ending, search};

/// How often the logs of training jobs are read that may be stopped early: as checkpoints are looked for.
const LOGS: Duration = Duration::from_millis(200);

/// The longest wait: the clock continues while a suspended machine's timers stand still.
const PERIOD: Duration = Duration::from_secs(60);

pub const CONTROLLER: Controller = Controller {
    name: "tuning jobs",
    wakes_on: &[ACTIVE.kind()],
    look: |cloud, busy| {
        let active = cloud.store.read(|tx| ACTIVE.keys(tx));
        let work = active.into_iter().filter_map(|(region, name)| {
            let key = format!("{region}/{name}");
            (!busy.contains(&key)).then(|| Work {
                key,
                run: Box::pin(drive(cloud.clone(), region, name)),
            })
        });
        Look {
            work: work.collect(),
            again: None,
        }
    },
};

/// A tuning job that has not ended, and its training jobs that were not seen to end.
struct Seen {
    job: TuningJob,
    trials: Vec<Trial>,
    running: Vec<Job<Training>>,
}

/// What a step came to.
enum Step {
    Moved,
    /// A change must come first, or this time must pass.
    Rest(Duration),
}

async fn drive(cloud: Arc<Cloud>, region: String, name: String) {
    let kinds = [ACTIVE.kind(), Training::ACTIVE.kind()];
    let mut changes = cloud.store.changes_of(&kinds);
    let mut curves = Curves::default();
    loop {
        let Some(seen) = cloud.store.read(|tx| Seen::of(tx, &region, &name)) else {
            return;
        };
        let rest = match seen.step(&cloud, &region, &mut curves).await {
            Step::Moved => {
                tokio::task::yield_now().await;
                continue;
            }
            Step::Rest(rest) => rest,
        };
        tokio::select! {
            biased;
            () = changes.changed() => {}
            () = cloud.world.sleep(rest) => {}
        }
    }
}

impl Seen {
    fn of(tx: &Tx, region: &str, name: &str) -> Option<Self> {
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

    async fn step(&self, cloud: &Arc<Cloud>, region: &str, curves: &mut Curves) -> Step {
        if self.record_ends(cloud, region, curves).await {
            return Step::Moved;
        }
        if self.job.status == JobStatus::Stopping {
            return self.end(cloud, region, (JobStatus::Stopped, None));
        }
        let now = Timestamp::now(&cloud.world);
        let deadline = self.job.deadline();
        let is_late = deadline.is_some_and(|deadline| deadline <= now);
        let most = search::most_training_jobs(&self.job.request);
        let history = self.history(cloud, region, curves).await;
        match course(&self.job.request, &self.trials, most, is_late) {
            Course::Complete => return self.end(cloud, region, (JobStatus::Completed, None)),
            Course::Fail(reason) => {
                return self.end(cloud, region, (JobStatus::Failed, Some(&reason)));
            }
            Course::Launch(places) => {
                let launched = launch(cloud, region, &self.job, history.clone(), places).await;
                match launched {
                    Ok(0) => {}
                    Ok(_) => return Step::Moved,
                    Err(reason) => {
                        return self.end(cloud, region, (JobStatus::Failed, Some(&reason)));
                    }
                }
            }
            Course::Wait => {}
        }
        let watches = self.stop_early(cloud, region, &history);
        let until = deadline.map(|deadline| deadline.seconds_since(now));
        let until = until.map(|seconds| Duration::from_secs_f64(seconds.max(0.0)));
        let longest = if watches { LOGS } else { PERIOD };
        Step::Rest(until.unwrap_or(longest).min(longest))
    }
}

impl Seen {
    /// Writes down what came of the training jobs that have ended; false where none has.
    async fn record_ends(&self, cloud: &Arc<Cloud>, region: &str, curves: &mut Curves) -> bool {
        let ended = self
            .running
            .iter()
            .filter(|job| job.state.status.is_final());
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

    fn end(&self, cloud: &Cloud, region: &str, end: (JobStatus, Option<&str>)) -> Step {
        let name = self.job.name();
        let moved = cloud
            .store
            .update(|tx| ending::end((cloud, tx), region, name, end));
        match moved {
            true => Step::Moved,
            false => Step::Rest(PERIOD),
        }
    }

    /// The trials as the search sees them. The logs of those that run are read only where a rule asks for it.
    async fn history(
        &self,
        cloud: &Arc<Cloud>,
        region: &str,
        curves: &mut Curves,
    ) -> Vec<tuning::Trial> {
        let mut history = Vec::new();
        for trial in &self.trials {
            let mut running = self.running.iter();
            let job = running.find(|job| job.request.training_job_name == trial.training_job);
            let curve = match job {
                Some(job) if search::rule(&self.job.request).is_some() => {
                    self.curve(cloud, region, job, curves).await
                }
                _ => Vec::new(),
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

    /// Stops the training jobs that are not worth their next epoch. True where logs must be read again soon.
    fn stop_early(&self, cloud: &Cloud, region: &str, history: &[tuning::Trial]) -> bool {
        let Some(rule) = search::rule(&self.job.request) else {
            return false;
        };
        let direction = self.job.request.objective().direction();
        let running = self.running.iter();
        let running = running.filter(|job| job.state.status == JobStatus::InProgress);
        let mut watches = false;
        for job in running {
            watches = true;
            let name = &job.request.training_job_name;
            let place = self.trials.iter().position(|t| t.training_job == *name);
            let Some(trial) = place.and_then(|place| history.get(place)) else {
                continue;
            };
            if rule.should_stop(trial, history, direction) {
                tracing::info!(
                    tuning_job.name = self.job.name(),
                    training_job.name = name,
                    epochs = trial.curve.len(),
                    "a trial is stopped early"
                );
                cloud
                    .store
                    .update(|tx| ending::stop((cloud, tx), region, name));
            }
        }
        watches
    }
}
