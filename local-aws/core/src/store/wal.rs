//! The wait for the disk after a commit, shared by all commits that wait at one time.
//!
//! SQLite's own sync would hold the writer's lock, so that commits wait for one another. Here a
//! commit appends to the write-ahead log and releases the lock; then one sync of that file makes
//! every commit before it durable. A read waits for no sync: it may see a commit whose sync is under
//! way. A write that rests on such a commit lies behind it in the log, and is never durable without it.

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
    durable: AtomicU64,
    /// One sync at a time. The error of one that failed is every later one's: the kernel may have
    /// dropped the pages that it could not write.
    turn: Mutex<Option<String>>,
}

impl Wal {
    /// The log of an open database.
    pub fn open(database: &Path) -> io::Result<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Ok(Self {
            file: OpenOptions::new().read(true).write(true).open(path)?,
            committed: AtomicU64::new(0),
            durable: AtomicU64::new(0),
            turn: Mutex::new(None),
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
    pub fn durable(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    /// Returns when every commit of before this call is on disk.
    pub fn sync(&self) -> io::Result<()> {
        let wanted = self.commits();
        if self.durable() >= wanted {
            return Ok(());
        }
        blocking(|| {
            let mut failed = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(error) = &*failed {
                return Err(io::Error::other(error.clone()));
            }
            // The sync of another commit covered this one while it waited for its turn.
            if self.durable() >= wanted {
                return Ok(());
            }
            let covered = self.commits();
            if let Err(error) = self.file.sync_data() {
                let error =
                    format!("the log could not be synced, so start local-aws again: {error}");
                *failed = Some(error.clone());
                return Err(io::Error::other(error));
            }
            self.durable.store(covered, Ordering::Release);
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
    use std::os::fd::OwnedFd;

    use super::*;

    fn wal(folder: &Path) -> Wal {
        std::fs::write(folder.join("state-wal"), "").unwrap();
        Wal::open(&folder.join("state")).unwrap()
    }

    #[test]
    fn one_sync_serves_every_commit_before_it_and_none_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let wal = wal(folder.path());
        let commits: Vec<u64> = (0..3).map(|_| wal.committed()).collect();
        assert_eq!(commits, [1, 2, 3]);
        wal.sync().unwrap();
        assert_eq!(wal.durable(), 3);
        let later = wal.committed();
        assert!(wal.durable() < later);
        wal.sync().unwrap();
        assert_eq!(wal.durable(), later);
    }

    #[test]
    fn after_a_sync_that_failed_nothing_is_acknowledged_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let wal = Wal {
            // A pipe cannot be synced.
            file: File::from(OwnedFd::from(std::io::pipe().unwrap().1)),
            ..wal(folder.path())
        };
        wal.sync().unwrap();
        wal.committed();
        let first = wal.sync().unwrap_err();
        wal.committed();
        assert_eq!(wal.sync().unwrap_err().to_string(), first.to_string());
        assert_eq!(wal.durable(), 0);
    }
}
