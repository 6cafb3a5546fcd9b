//! Drives each tuning job that is in progress: one work from its start to its end.

use std::sync::Arc;
use std::time::Duration;

use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};
use local_core::timestamp::Timestamp;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{JobKind, Training};

use super::course::{Course, course};
use super::curves::Curves;
use super::job::{ACTIVE, Ending};
use super::launch::launch;
use super::seen::Seen;
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
        let rest = match step(&cloud, &region, &seen, &mut curves).await {
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

async fn step(cloud: &Arc<Cloud>, region: &str, seen: &Seen, curves: &mut Curves) -> Step {
    if seen.record_ends(cloud, region, curves).await {
        return Step::Moved;
    }
    let job = &seen.job;
    let end = |ending| end_with(cloud, region, job.name(), ending);
    if let Some(ending) = &job.ending {
        return end(ending.clone());
    }
    let now = Timestamp::now(&cloud.world);
    let deadline = job.deadline();
    let is_late = deadline.is_some_and(|deadline| deadline <= now);
    let most = search::most_training_jobs(&job.request);
    let history = seen.history(cloud, region, curves).await;
    match course(&job.request, &seen.trials, most, is_late) {
        Course::Complete => return end(Ending::COMPLETED),
        Course::Fail(reason) => return end(Ending::failed(reason)),
        Course::Launch(places) => {
            match launch(cloud, region, job, history.clone(), places).await {
                // No instance is free.
                Ok(0) => {}
                Ok(_) => return Step::Moved,
                Err(reason) => return end(Ending::failed(reason)),
            }
        }
        Course::Wait => {}
    }
    let is_watching = stop_early(cloud, region, seen, &history);
    let longest = if is_watching { LOGS } else { PERIOD };
    let until = deadline.map(|deadline| deadline.seconds_since(now).max(0.0));
    let until = until.map_or(longest, Duration::from_secs_f64);
    Step::Rest(until.min(longest))
}

fn end_with(cloud: &Cloud, region: &str, name: &str, ending: Ending) -> Step {
    let moved = cloud
        .store
        .update(|tx| ending::end((cloud, tx), region, name, ending));
    if moved {
        return Step::Moved;
    }
    Step::Rest(PERIOD)
}

/// Stops the training jobs that are not worth their next epoch. True where logs must be read again soon.
fn stop_early(cloud: &Cloud, region: &str, seen: &Seen, history: &[tuning::Trial]) -> bool {
    let Some(rule) = search::rule(&seen.job.request) else {
        return false;
    };
    let direction = seen.job.request.objective().direction();
    let running = seen.running.iter();
    let running = running.filter(|job| job.state.status == JobStatus::InProgress);
    let mut is_watching = false;
    for job in running {
        is_watching = true;
        let name = &job.request.training_job_name;
        let mut trials = seen.trials.iter().zip(history);
        let trial = trials.find(|(trial, _)| trial.training_job == *name);
        let stops = |trial: &tuning::Trial| {
            // After its last epoch it saves its model: a stop is too late. Where an epoch is more than a line, a further
            // line says so.
            let epochs = search::epochs(&seen.job.request, &trial.values);
            epochs.is_none_or(|epochs| trial.curve.len() != epochs as usize)
                && rule.should_stop(trial, history, direction)
        };
        if trial.is_some_and(|(_, trial)| stops(trial)) {
            tracing::info!(
                tuning_job.name = seen.job.name(),
                training_job.name = name,
                "a trial is stopped early"
            );
            cloud
                .store
                .update(|tx| ending::stop((cloud, tx), region, name));
        }
    }
    is_watching
}
