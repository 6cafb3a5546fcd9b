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

/// A process and its own children, which end with it, as in a container: also where its work
/// panics or is aborted.
pub struct Running {
    child: Child,
    group: Option<Pid>,
}

/// Runs the command until it exits, `stop` completes or the limit is reached.
pub async fn run(
    world: &World,
    command: Command,
    log: &Path,
    limit: Duration,
    stop: impl Future<Output = ()>,
) -> std::io::Result<End> {
    let mut running = start(world, command, log)?;
    tokio::select! {
        biased;
        status = running.exited() => Ok(End::Exited(status?)),
        () = stop => {
            running.end(world, GRACE).await;
            Ok(End::Stopped)
        }
        () = world.sleep(limit) => {
            running.end(world, GRACE).await;
            Ok(End::TimedOut)
        }
    }
}

/// Starts a process that writes both its streams into the log.
pub fn start(world: &World, mut command: Command, log: &Path) -> std::io::Result<Running> {
    if let Some(parent) = log.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let log = File::options().create(true).append(true).open(log)?;
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    let child = world.spawn(command)?;
    // It leads its group: a child that has not been waited for has an id.
    let group = child.id().and_then(|id| i32::try_from(id).ok());
    Ok(Running {
        child,
        group: group.and_then(Pid::from_raw),
    })
}

impl Running {
    pub async fn exited(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// SIGTERM, and SIGKILL when the grace is over.
    pub async fn end(&mut self, world: &World, grace: Duration) {
        self.signal(Signal::TERM);
        tokio::select! {
            biased;
            _ = self.child.wait() => {}
            () = world.sleep(grace) => {}
        }
        self.signal(Signal::KILL);
        // An error means that it has been waited for already.
        let _ = self.child.wait().await;
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // An error means that no process is left in it.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// The file of a program's output and error streams. Names of another kind or region are other names.
pub fn log_path(cloud: &Cloud, kind: &str, region: &str, name: &str) -> PathBuf {
    let logs = cloud.store.folder().join("logs").join(kind).join(region);
    logs.join(format!("{name}.log"))
}

/// As a shell says it: 128 and the signal for a process that was killed.
pub fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(-1)
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a process has neither ended nor waits to be reaped.
    fn lives(pid: &str) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = status
            .rsplit(')')
            .next()
            .and_then(|rest| rest.trim().chars().next());
        state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
    }

    #[tokio::test]
    async fn what_a_process_started_ends_where_its_work_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "sleep 600 & echo $! > pid.new; mv pid.new pid; wait"])
            .process_group(0)
            .current_dir(folder.path());
        let log = folder.path().join("log");
        let running = start(&World::default(), command, &log).unwrap();
        while !pid.exists() {
            tokio::task::yield_now().await;
        }
        let pid = std::fs::read_to_string(pid).unwrap();
        assert!(lives(pid.trim()));
        drop(running);
        while lives(pid.trim()) {
            tokio::task::yield_now().await;
        }
    }
}
