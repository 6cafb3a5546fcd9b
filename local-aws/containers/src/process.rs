//! A program from its start to its end: its log, its time limit, its stop.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use crate::folder;
use local_core::Cloud;
use local_core::programs::{Running, Start};
use local_core::world::World;

/// SageMaker's time between SIGTERM and SIGKILL for jobs.
const GRACE: Duration = Duration::from_secs(120);

/// How a job's program ended.
#[derive(Debug)]
pub enum End {
    Exited(ExitStatus),
    /// Asked to stop by a call.
    Stopped,
    TimedOut,
}

/// Runs the program until it ends, `stop` completes or the limit is reached.
pub async fn run(
    world: &World,
    start: Start,
    limit: Duration,
    stop: impl Future<Output = ()>,
) -> std::io::Result<End> {
    let mut running = world.programs.start(start)?;
    let ended = tokio::select! {
        biased;
        status = running.wait() => return Ok(End::Exited(status?)),
        () = stop => End::Stopped,
        () = world.sleep(limit) => End::TimedOut,
    };
    // Its end may not have been told yet: what has ended by itself was not stopped.
    if running.has_ended() {
        return Ok(End::Exited(running.wait().await?));
    }
    end(world, running.as_mut(), GRACE).await;
    Ok(ended)
}

/// SIGTERM, and SIGKILL when the grace is over.
pub async fn end(world: &World, running: &mut dyn Running, grace: Duration) {
    running.terminate();
    tokio::select! {
        biased;
        _ = running.wait() => {}
        () = world.sleep(grace) => {}
    }
    // Also where it has ended: its children may not have.
    running.kill();
    // An error means that it has been waited for already.
    let _ = running.wait().await;
}

/// The file of a program's output and error streams. Names of another kind or region are other names;
/// those that would lead elsewhere share one file.
pub fn log_path(cloud: &Cloud, kind: &str, region: &str, name: &str) -> PathBuf {
    let logs = cloud.store.folder().join("logs").join(kind);
    let below = folder::join(&logs, format!("{region}/{name}.log"));
    below.unwrap_or_else(|| logs.join("unnamed.log"))
}

/// As a shell says it: 128 and the signal for a process that was killed.
pub fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use local_core::Settings;

    #[test]
    fn no_log_lies_outside_of_its_kinds_folder() {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
        let logs = cloud.store.folder().join("logs/training-job");
        for (region, name, expected) in [
            ("us-east-1", "job", "us-east-1/job.log"),
            ("..", "job", "unnamed.log"),
            ("/etc", "job", "unnamed.log"),
            ("us-east-1", "../../job", "unnamed.log"),
        ] {
            let path = log_path(&cloud, "training-job", region, name);
            assert_eq!(path, logs.join(expected), "{region} {name}");
        }
    }
}
