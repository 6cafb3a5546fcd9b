//! Processes and folders that a killed local-aws left behind.
//!
//! A child cannot be tied to its parent's life without unsafe code. Each one names its folder in
//! its environment, so at the next start those of this state folder are found and killed; until
//! then they only write into folders that no new attempt uses. Where there is no `/proc` they end
//! by themselves.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

use crate::program::BASE_DIR;

/// At start, when nothing runs: kills what works below a folder of ours, and removes the folder.
pub fn clear(folder: &Path) {
    kill(folder);
    if let Err(error) = std::fs::remove_dir_all(folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, folder = %folder.display(), "a folder of an earlier start stays");
    }
}

/// Kills every process whose `SAGEMAKER_BASE_DIR` lies below a folder of ours.
fn kill(folder: &Path) {
    let Ok(folder) = folder.canonicalize() else {
        return;
    };
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return;
    };
    for process in processes.flatten() {
        let pid = process.file_name().to_string_lossy().parse::<i32>().ok();
        if let Some(pid) = pid.and_then(Pid::from_raw)
            && works_below(&process.path(), &folder)
        {
            tracing::info!(
                pid = pid.as_raw_nonzero().get(),
                "killed a process of an earlier start"
            );
            // It may have ended by itself in between.
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

fn works_below(process: &Path, folder: &Path) -> bool {
    // Other users' processes cannot be read, and are none of ours.
    let environment = std::fs::read(process.join("environ")).unwrap_or_default();
    let prefix = format!("{BASE_DIR}=");
    environment
        .split(|byte| *byte == 0)
        .filter_map(|entry| std::str::from_utf8(entry).ok()?.strip_prefix(&prefix))
        .any(|base| Path::new(base).starts_with(folder))
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    use super::*;

    fn sleeper(base: &Path) -> std::process::Child {
        let mut command = Command::new("sleep");
        let child = command.arg("600").env(BASE_DIR, base).spawn().unwrap();
        // A new program's environment can be read a moment after it was started.
        let environment = format!("/proc/{}/environ", child.id());
        while std::fs::read(&environment).unwrap().is_empty() {
            std::thread::yield_now();
        }
        child
    }

    #[test]
    fn only_processes_of_the_folder_are_killed() {
        let (ours, others) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut orphan = sleeper(&ours.path().canonicalize().unwrap().join("job/1"));
        let mut stranger = sleeper(&others.path().canonicalize().unwrap().join("job/1"));
        kill(ours.path());
        assert_eq!(orphan.wait().unwrap().signal(), Some(9));
        assert!(stranger.try_wait().unwrap().is_none());
        stranger.kill().unwrap();
        stranger.wait().unwrap();
    }
}
