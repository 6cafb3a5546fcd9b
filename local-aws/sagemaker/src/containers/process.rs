//! One child process from start to end: its log, its time limit, its stop.

use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use local_core::Cloud;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use local_core::world::World;

/// SageMaker's time between SIGTERM and SIGKILL for jobs.
const GRACE: Duration = Duration::from_secs(120);

/// How a job's process ended.
#[derive(Debug)]
pub enum End {
    Exited(ExitStatus),
    /// Asked to stop by a call.
    Stopped,
    TimedOut,
}

/// Runs the command until it exits, `stop` completes or the limit is reached.
pub async fn run(
    world: &World,
    command: Command,
    log: &Path,
    limit: Duration,
    stop: impl Future<Output = ()>,
) -> std::io::Result<End> {
    let mut child = start(world, command, log)?;
    let group = group(&child);
    let end = tokio::select! {
        status = child.wait() => End::Exited(status?),
        () = stop => {
            end(world, &mut child, GRACE).await;
            End::Stopped
        }
        () = world.sleep(limit) => {
            end(world, &mut child, GRACE).await;
            End::TimedOut
        }
    };
    // What the process itself started ends with it, as in a container.
    signal(group, Signal::KILL);
    Ok(end)
}

/// Starts a process that writes both its streams into the log.
pub fn start(world: &World, mut command: Command, log: &Path) -> std::io::Result<Child> {
    if let Some(parent) = log.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let log = File::options().create(true).append(true).open(log)?;
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    world.spawn(command)
}

/// SIGTERM, and SIGKILL when the grace is over.
pub async fn end(world: &World, child: &mut Child, grace: Duration) {
    let group = group(child);
    signal(group, Signal::TERM);
    tokio::select! {
        _ = child.wait() => {}
        () = world.sleep(grace) => {}
    }
    signal(group, Signal::KILL);
    // An error means that it has been waited for already.
    let _ = child.wait().await;
}

/// The process group that a child leads; none once it has been waited for.
pub fn group(child: &Child) -> Option<Pid> {
    child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw)
}

pub fn signal(group: Option<Pid>, signal: Signal) {
    if let Some(group) = group {
        // An error means that nobody is left in it.
        let _ = kill_process_group(group, signal);
    }
}

/// What a job's process writes to its streams.
pub fn log_path(cloud: &Cloud, name: &str) -> PathBuf {
    cloud
        .store
        .folder()
        .join("logs")
        .join(format!("{name}.log"))
}

/// As a shell says it: 128 and the signal for a process that was killed.
pub fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(-1)
}
