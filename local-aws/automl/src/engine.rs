//! Drives each AutoML job that is in progress: one work from its start to its end.

use std::sync::Arc;
use std::time::Duration;

use local_containers::blocking;
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, JobKind, Processing, Training};

use super::course::{Course, course};
use super::files;
use super::job::{ACTIVE, AutoMlJob, Ending, JOBS};
use super::launch::begin;
use super::seen::Seen;

/// The longest wait: the clock continues while a suspended machine's timers stand still.
const PERIOD: Duration = Duration::from_secs(60);

pub const CONTROLLER: Controller = Controller {
    name: "AutoML jobs",
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

async fn drive(cloud: Arc<Cloud>, region: String, name: String) {
    let kinds = [
        ACTIVE.kind(),
        Training::ACTIVE.kind(),
        Processing::ACTIVE.kind(),
    ];
    let mut changes = cloud.store.changes_of(&kinds);
    loop {
        let seen = cloud.store.read(|tx| Seen::of(tx, &region, &name));
        let Some(seen) = seen.filter(|seen| !seen.job.status.is_final()) else {
            return;
        };
        let Some(rest) = go_on(&cloud, &region, &seen).await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::select! {
            biased;
            () = changes.changed() => {}
            () = cloud.world.sleep(rest) => {}
        }
    }
}

/// Does what comes next. Where that needs a change first, or a time to pass, the longest time to wait for it.
async fn go_on(cloud: &Arc<Cloud>, region: &str, seen: &Seen) -> Option<Duration> {
    let job = &seen.job;
    let now = Timestamp::now(&cloud.world);
    let moved = match course(seen, now) {
        Course::Wait => false,
        Course::End(ending) => end(cloud, region, job.name(), ending),
        Course::Begin(step) => match begin(cloud, region, job.name(), step) {
            Ok(begun) => begun,
            Err(reason) => end(cloud, region, job.name(), Ending::failed(reason)),
        },
        Course::ReadFeatures => match read(cloud, job, files::features).await {
            Ok(features) => change(cloud, region, job.name(), |_, job| {
                job.features = Some(features);
            }),
            Err(reason) => end(cloud, region, job.name(), Ending::failed(reason)),
        },
        Course::ReadAnalysis => match read(cloud, job, files::analysis).await {
            Ok(resolved) => change(cloud, region, job.name(), |_, job| {
                job.resolved = Some(resolved);
            }),
            Err(reason) => end(cloud, region, job.name(), Ending::failed(reason)),
        },
    };
    if moved {
        return None;
    }
    // One that is ending waits for its jobs, however late it is.
    let deadline = job.deadline().filter(|_| job.ending.is_none());
    let until = deadline.map(|deadline| deadline.seconds_since(now).max(0.0));
    let until = until.map_or(PERIOD, Duration::from_secs_f64);
    Some(until.min(PERIOD))
}

async fn read<T: Send + 'static>(
    cloud: &Arc<Cloud>,
    job: &AutoMlJob,
    read: fn(&Cloud, &AutoMlJob) -> Result<T, String>,
) -> Result<T, String> {
    let (cloud, job) = (cloud.clone(), job.clone());
    blocking::run(move || read(&cloud, &job)).await
}

/// Decides how it ends, where that is not decided yet; stops what runs; and when nothing does, ends it. False where its
/// jobs must end first.
fn end(cloud: &Cloud, region: &str, name: &str, ending: Ending) -> bool {
    let mut moved = false;
    let there = change(cloud, region, name, |tx, job| {
        let ending = job.ending.get_or_insert(ending).clone();
        let seen = Seen::with(tx, region, job.clone());
        let (is_running, stopped) = stop((cloud, tx), region, &seen);
        moved = stopped || !is_running;
        if is_running {
            return;
        }
        tracing::info!(
            automl_job.name = name,
            automl_job.status = ending.status.name(),
            reason = ending.failure_reason,
            "an AutoML job has ended"
        );
        job.failure_reason = ending.failure_reason;
        job.partial_failure = ending.partial_failure;
        job.enter(cloud, ending.status, ending.secondary);
    });
    there && moved
}

/// Whether a job of it runs, and whether one was asked to stop now.
fn stop((cloud, tx): (&Cloud, &Tx), region: &str, seen: &Seen) -> (bool, bool) {
    let (mut is_running, mut stopped) = (false, false);
    for job in seen.processing() {
        let name = &job.request.processing_job_name;
        is_running |= !job.state.status.is_final();
        stopped |= job.state.status == JobStatus::InProgress
            && jobs::request_stop::<Processing>(cloud, tx, region, name);
    }
    for job in &seen.candidates {
        let name = &job.request.training_job_name;
        is_running |= !job.state.status.is_final();
        stopped |= job.state.status == JobStatus::InProgress
            && jobs::request_stop::<Training>(cloud, tx, region, name);
    }
    (is_running, stopped)
}

/// Changes an AutoML job that has not ended; false where there is none.
fn change(
    cloud: &Cloud,
    region: &str,
    name: &str,
    change: impl FnOnce(&Tx, &mut AutoMlJob),
) -> bool {
    cloud.store.update(|tx| {
        let job = JOBS.get(tx, region, name);
        let Some(mut job) = job.filter(|job| !job.status.is_final()) else {
            return false;
        };
        change(tx, &mut job);
        job.put(tx, region);
        true
    })
}
