//! The wait for the disk after a commit, shared by all commits that wait at one time.
//!
//! SQLite's own sync would hold the writer's lock, so that commits wait for one another. Here a
//! commit appends to the write-ahead log and releases the lock; then one sync of that file makes
//! every commit before it durable. A read may see a commit whose sync is under way. What it leads
//! to is written behind that commit in the same log, and so is never durable without it.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Handle, RuntimeFlavor};

/// The write-ahead log's file, and which commits of this process it holds durably.
pub(super) struct Wal {
    file: File,
    committed: AtomicU64,
    synced: Mutex<u64>,
}

impl Wal {
    /// The log of an open database.
    pub fn open(database: &Path) -> io::Result<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Ok(Self {
            file: OpenOptions::new().read(true).write(true).open(path)?,
            committed: AtomicU64::new(0),
            synced: Mutex::new(0),
        })
    }

    /// The number of the commit that was just made. Only under the writer's lock.
    pub fn committed(&self) -> u64 {
        self.committed.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// How many commits there were.
    pub fn commits(&self) -> u64 {
        self.committed.load(Ordering::Acquire)
    }

    /// How many of them are on disk.
    #[cfg(test)]
    pub fn synced(&self) -> u64 {
        *self.synced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when the commit is on disk.
    pub fn sync(&self, commit: u64) -> io::Result<()> {
        blocking(|| {
            let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
            // The sync of another commit covered this one while it waited for the lock.
            if *synced >= commit {
                return Ok(());
            }
            let covered = self.committed.load(Ordering::Acquire);
            self.file.sync_data()?;
            *synced = covered;
            Ok(())
        })
    }
}

/// Waits without holding up the other tasks of a runtime that has threads for them.
fn blocking<T>(wait: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sync_serves_every_commit_before_it_and_none_after_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state-wal"), "").unwrap();
        let wal = Wal::open(&folder.path().join("state")).unwrap();
        let commits: Vec<u64> = (0..3).map(|_| wal.committed()).collect();
        assert_eq!(commits, [1, 2, 3]);
        wal.sync(1).unwrap();
        assert_eq!(*wal.synced.lock().unwrap(), 3);
        let later = wal.committed();
        assert!(*wal.synced.lock().unwrap() < later);
        wal.sync(later).unwrap();
        assert_eq!(*wal.synced.lock().unwrap(), later);
    }
}
