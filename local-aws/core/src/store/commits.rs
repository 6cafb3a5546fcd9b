//! The number of commits, and the stop after one of them.

use std::sync::atomic::{AtomicU64, Ordering};

use rustix::process::{Signal, getpid, kill_process};

/// Commits since the store was opened. The first is 1, so 0 stops at none.
#[derive(Default)]
pub(super) struct Commits {
    counted: AtomicU64,
    stop_after: AtomicU64,
}

impl Commits {
    pub fn counted(&self) -> u64 {
        self.counted.load(Ordering::Relaxed)
    }

    pub fn stop_after(&self, commit: u64) {
        self.stop_after.store(commit, Ordering::Relaxed);
    }

    /// Called after a commit, under the writer's lock. At the chosen one the call does not return before SIGCONT: the
    /// kernel delivers the signal to the whole process before the calling thread goes on.
    pub fn count(&self) {
        let counted = self.counted.fetch_add(1, Ordering::Relaxed) + 1;
        if counted == self.stop_after.load(Ordering::Relaxed) {
            kill_process(getpid(), Signal::STOP).expect("a process may stop itself");
        }
    }
}
