//! One job, from its inputs to its outputs.

use std::path::Path;
use std::sync::Arc;

use super::checkpoints::Kept;
use super::kind::{Job, JobKind, JobState, Left, Stage};
use super::metrics::Metric;
use super::rows::{change, get};
use super::status::JobStatus;
use local_containers::folder::Scratch;
use local_containers::objects::{self, InName};
use local_containers::process::{self, End};
use local_containers::{blocking, program};
use local_core::Cloud;
use local_core::timestamp::Timestamp;

/// AWS's limit on `FailureReason` and `ExitMessage`.
const MOST_CHARACTERS: usize = 1024;

/// How a job ended, before it is written down.
struct Ending {
    stage: Stage,
    failure_reason: Option<String>,
    message: Option<String>,
}

pub async fn run<K: JobKind>(cloud: Arc<Cloud>, region: String, name: String) {
    let Some(job) = cloud.store.read(|tx| get::<K>(tx, &region, &name)) else {
        return;
    };
    // Asked to stop before this attempt began.
    let ending = if job.state.status == JobStatus::Stopping {
        Ending::at(Stage::Stopped)
    } else {
        attempt(&cloud, &region, &job)
            .await
            .unwrap_or_else(Ending::failed)
    };
    if let Some(reason) = &ending.failure_reason {
        tracing::info!(kind = K::RESOURCE, job.name = name, reason, "a job failed");
    }
    let now = Timestamp::now(&cloud.world);
    let log = process::log_path(&cloud, K::RESOURCE, &region, &name);
    // With where the log of this attempt begins.
    let job = cloud.store.read(|tx| get::<K>(tx, &region, &name));
    let metrics = job.map_or_else(Vec::new, |job| K::metrics(&job, &log, now));
    change::<K>(&cloud, &region, &name, |state, now| {
        finish(state, ending, metrics, now);
    });
}

fn finish<K: JobKind>(
    state: &mut JobState<K>,
    ending: Ending,
    metrics: Vec<Metric>,
    now: Timestamp,
) {
    state.status = match ending.stage {
        Stage::Completed => JobStatus::Completed,
        Stage::TimedOut => K::TIMED_OUT,
        Stage::Stopped => JobStatus::Stopped,
        _ => JobStatus::Failed,
    };
    state.failure_reason = ending.failure_reason.map(shortened);
    state.ended = Some(now);
    let left = Left {
        message: ending.message,
        metrics,
    };
    K::keep(&mut state.details, left);
    K::enter(&mut state.details, ending.stage, now);
}

async fn attempt<K: JobKind>(
    cloud: &Arc<Cloud>,
    region: &str,
    job: &Job<K>,
) -> Result<Ending, String> {
    let name = K::name(&job.request);
    let folder = Scratch::new(cloud, &format!("{}s", K::RESOURCE), name).map_err(internal)?;
    enter::<K>(cloud, region, name, Stage::Downloading);
    {
        let (cloud, job, folder) = (cloud.clone(), job.clone(), folder.path().to_owned());
        let principal = objects::principal(K::role_arn(&job.request));
        let prepare = move || {
            let role = InName {
                cloud: &cloud,
                principal: &principal,
            };
            K::prepare(&role, &job, &folder)
        };
        blocking::run(prepare).await?;
    }
    let principal = objects::principal(K::role_arn(&job.request));
    let checkpoints = K::checkpoints(&job.request, folder.path());
    let checkpoints = Kept::new(cloud, principal, checkpoints);
    checkpoints.download().await?;
    let end = tokio::select! {
        biased;
        end = execute(cloud, region, job, folder.path()) => end?,
        never = checkpoints.copy_while_it_runs() => match never {},
    };
    let copied = checkpoints.copy_all().await;
    let message = message::<K>(folder.path());
    let ending = match end {
        End::Exited(status) if status.success() => Ending::at(Stage::Completed),
        End::Exited(status) => Ending::failed(format!(
            "AlgorithmError: {}, exit code: {}",
            message.as_deref().unwrap_or(K::NO_MESSAGE),
            process::exit_code(status)
        )),
        End::Stopped => Ending::at(Stage::Stopped),
        End::TimedOut if K::TIMED_OUT == JobStatus::Failed => Ending {
            stage: Stage::TimedOut,
            ..Ending::failed(format!(
                "ClientError: Max runtime of {} seconds exceeded",
                K::container(job).limit.as_secs()
            ))
        },
        End::TimedOut => Ending::at(Stage::TimedOut),
    };
    // The program's own failure says more.
    if ending.stage != Stage::Failed {
        copied?;
    }
    if ending.stage == Stage::Completed {
        enter::<K>(cloud, region, name, Stage::Uploading);
    }
    let stopped = matches!(ending.stage, Stage::Stopped | Stage::TimedOut);
    if ending.stage == Stage::Completed || (K::KEEPS_PARTIAL_RESULTS && stopped) {
        let (cloud, request) = (cloud.clone(), job.request.clone());
        let folder = folder.path().to_owned();
        let principal = objects::principal(K::role_arn(&request));
        let upload = move || {
            let role = InName {
                cloud: &cloud,
                principal: &principal,
            };
            K::upload(&role, &request, &folder)
        };
        blocking::run(upload).await?;
    }
    Ok(Ending { message, ..ending })
}

async fn execute<K: JobKind>(
    cloud: &Arc<Cloud>,
    region: &str,
    job: &Job<K>,
    folder: &Path,
) -> Result<End, String> {
    let name = K::name(&job.request);
    let container = K::container(job);
    let program = program::program(cloud, container.image)?;
    let arguments = program::arguments(
        program,
        container.entrypoint,
        container.arguments,
        container.own_arguments,
    )?;
    let log = process::log_path(cloud, K::RESOURCE, region, name);
    // An attempt with checkpoints goes on where the one before it ended.
    let log_begins = match K::checkpoints(&job.request, folder) {
        None => std::fs::metadata(&log).map_or(0, |log| log.len()),
        Some(_) => job.state.log_begins,
    };
    let start = program::start(
        cloud,
        program::Launch {
            program,
            arguments,
            folder,
            region,
            principal: &objects::principal(K::role_arn(&job.request)),
            environment: container.environment,
            own_variables: container.own_variables,
            log,
        },
    );
    change::<K>(cloud, region, name, |state, now| {
        state.started = Some(now);
        state.log_begins = log_begins;
        reach(state, Stage::Running, now);
    });
    let stop = stopped::<K>(cloud, region, name);
    process::run(&cloud.world, start, container.limit, stop)
        .await
        .map_err(internal)
}

/// Completes when a job was asked to stop, or is not there any more.
async fn stopped<K: JobKind>(cloud: &Cloud, region: &str, name: &str) {
    let mut changes = cloud.store.changes_of(&[K::JOBS.kind()]);
    let runs = || {
        let job = cloud.store.read(|tx| get::<K>(tx, region, name));
        job.is_some_and(|job| job.state.status == JobStatus::InProgress)
    };
    while runs() {
        changes.changed().await;
    }
}

fn enter<K: JobKind>(cloud: &Cloud, region: &str, name: &str, stage: Stage) {
    change::<K>(cloud, region, name, |state, now| reach(state, stage, now));
}

/// A job that was asked to stop stays at that.
fn reach<K: JobKind>(state: &mut JobState<K>, stage: Stage, now: Timestamp) {
    if state.status == JobStatus::InProgress {
        K::enter(&mut state.details, stage, now);
    }
}

fn message<K: JobKind>(folder: &Path) -> Option<String> {
    let text = std::fs::read(folder.join(K::MESSAGE_FILE)).ok()?;
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    (!text.is_empty()).then(|| shortened(text))
}

fn shortened(text: String) -> String {
    text.chars().take(MOST_CHARACTERS).collect()
}

fn internal(error: impl std::fmt::Display) -> String {
    format!("InternalServerError: {error}")
}

impl Ending {
    fn at(stage: Stage) -> Self {
        Ending {
            stage,
            failure_reason: None,
            message: None,
        }
    }

    fn failed(reason: String) -> Self {
        Ending {
            failure_reason: Some(reason),
            ..Ending::at(Stage::Failed)
        }
    }
}
