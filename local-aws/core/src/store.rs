//! The one store: documents, the outbox of events, and blobs beside them, in one folder.
//!
//! Every write that local-aws acknowledges is on disk before the answer leaves: SQLite in WAL mode,
//! one `IMMEDIATE` transaction per write, and a sync of the log that concurrent commits share. A
//! state change and the events that it emits commit together, so no kill can come between them.
//!
//! An error of SQLite itself (a full disk, a damaged file) is said once and unwinds: see [`fault`].

mod blobs;
mod changes;
mod connection;
mod error;
mod fault;
mod folder;
mod schema;
mod table;
mod tx;
mod wal;

use std::convert::Infallible;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use rustix::process::{Signal, getpid, kill_process};

pub use blobs::{Blob, BlobReader, BlobWriter, Blobs};
pub use changes::Changes;
pub use error::StoreError;
pub use fault::{is_fault, sound};
pub use table::Table;
pub use tx::{Accepted, OUTBOX, PendingEvent, Tx};

use changes::Subscribers;
use connection::lock;
use wal::Wal;

/// A handle on the store; clones share it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    /// Writes queue here, so that SQLite never answers "busy".
    writer: Arc<Mutex<Connection>>,
    /// Reads have their own connection: in WAL mode they see the last commit and wait for nobody.
    reader: Arc<Mutex<Connection>>,
    wal: Wal,
    /// The commit after which the process stops; 0 for none.
    stop_after: AtomicU64,
    subscribers: Subscribers,
    folder: PathBuf,
    blobs: Blobs,
    rows_read: AtomicU64,
    /// Holds the folder's lock for as long as the store lives.
    _lock: File,
}

impl Store {
    /// Makes the folder for its owner alone, and closes one that is there. What lies in it stays as it is.
    pub fn make_folder(folder: &Path) -> Result<(), StoreError> {
        folder::make(folder)
    }

    /// Whether a store lies in the folder.
    pub fn is_in(folder: &Path) -> bool {
        folder::has_store(folder)
    }

    /// Whether a process has the folder's store open.
    pub fn is_in_use(folder: &Path) -> bool {
        folder::is_in_use(folder)
    }

    /// Opens the folder, made if missing and closed to other users, and locks it against a second opener.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let io = |source| StoreError::Folder {
            folder: folder.to_owned(),
            source,
        };
        folder::make(folder)?;
        let lock = File::create(folder::lock(folder)).map_err(io)?;
        let lock = lock_soon(lock)
            .map_err(io)?
            .ok_or_else(|| StoreError::InUse(folder.to_owned()))?;

        let file = folder::database(folder);
        let database = |source| StoreError::Database {
            file: file.clone(),
            source,
        };
        let writer = Connection::open(&file).map_err(database)?;
        schema::prepare(&writer).map_err(database)?;
        let reader = Connection::open(&file).map_err(database)?;
        let wal = Wal::open(&file).map_err(io)?;
        let (writer, reader) = (Arc::new(Mutex::new(writer)), Arc::new(Mutex::new(reader)));
        let blobs = Blobs::open(folder, &writer, &reader).map_err(io)?;
        Ok(Self {
            shared: Arc::new(Shared {
                writer,
                reader,
                wal,
                stop_after: AtomicU64::new(0),
                subscribers: Subscribers::default(),
                folder: folder.to_owned(),
                blobs,
                rows_read: AtomicU64::new(0),
                _lock: lock,
            }),
        })
    }

    /// Reads one consistent snapshot. Do not call `write` inside.
    pub fn read<T>(&self, f: impl FnOnce(&Tx) -> T) -> T {
        let mut connection = lock(&self.shared.reader);
        let transaction = sound(connection.transaction());
        let tx = Tx::new(&transaction);
        let value = f(&tx);
        self.count_rows(&tx);
        value
    }

    /// Runs one `IMMEDIATE` transaction; `Err` rolls it back, events included. Do not nest.
    pub fn write<T, E>(&self, f: impl FnOnce(&Tx) -> Result<T, E>) -> Result<T, E> {
        let (value, changed, has_written) = {
            let mut connection = lock(&self.shared.writer);
            let rows_written = connection.total_changes();
            let transaction =
                sound(connection.transaction_with_behavior(TransactionBehavior::Immediate));
            let tx = Tx::new(&transaction);
            let value = f(&tx);
            self.count_rows(&tx);
            let changed = tx.changed();
            let has_written = value.is_ok() && transaction.total_changes() > rows_written;
            if value.is_ok() {
                sound(transaction.commit());
            }
            if has_written {
                self.committed();
            }
            (value, changed, has_written)
        };
        if has_written && !changed.is_empty() {
            self.shared.subscribers.tell(&changed);
        }
        // Also where nothing was written: the answer may rest on a commit whose sync is under way.
        sound(self.shared.wal.sync());
        // A commit that writes nothing succeeds on a full disk, too.
        if has_written {
            fault::is_over();
        }
        value
    }

    /// The number of the commit that was just made. Only under the writer's lock, so that no commit
    /// follows the one after which the process stops.
    fn committed(&self) -> u64 {
        let commit = self.shared.wal.committed();
        if commit == self.shared.stop_after.load(Ordering::Relaxed) {
            kill_process(getpid(), Signal::STOP).expect("a process may stop itself");
            // The kernel stops another thread first, and this one a little later.
            loop {
                thread::park();
            }
        }
        commit
    }

    /// A transaction that cannot be refused.
    pub fn update<T>(&self, f: impl FnOnce(&Tx) -> T) -> T {
        let Ok(value) = self.write(|tx| Ok::<T, Infallible>(f(tx)));
        value
    }

    /// Notices of every commit that changes something.
    pub fn changes(&self) -> Changes {
        self.shared.subscribers.subscribe(None)
    }

    /// Notices of the commits that change these kinds.
    pub fn changes_of(&self, kinds: &[&'static str]) -> Changes {
        self.shared.subscribers.subscribe(Some(kinds))
    }

    /// How many writes have committed a row since the store was opened.
    pub fn commits(&self) -> u64 {
        self.shared.wal.commits()
    }

    /// Stops the process (SIGSTOP) directly after this commit, before anything that follows from it:
    /// a measurement kills it there.
    pub fn stop_after(&self, commit: u64) {
        self.shared.stop_after.store(commit, Ordering::Relaxed);
    }

    /// In a test the stand-in for a disk: full, the state file may not grow.
    #[cfg(test)]
    pub(crate) fn set_full(&self, full: bool) {
        let writer = lock(&self.shared.writer);
        let pages: i64 = sound(writer.pragma_query_value(None, "page_count", |row| row.get(0)));
        let most = if full { pages } else { pages + 1_000_000 };
        sound(writer.pragma_update_and_check(None, "max_page_count", most, |_| Ok(())));
    }

    /// How many rows transactions have read: what a test counts that holds a cost to be linear.
    pub fn rows_read(&self) -> u64 {
        self.shared.rows_read.load(Ordering::Relaxed)
    }

    fn count_rows(&self, tx: &Tx) {
        self.shared
            .rows_read
            .fetch_add(tx.rows_read(), Ordering::Relaxed);
    }

    /// The state folder; services keep their working files in folders of their own below it.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// The bytes of objects.
    pub fn blobs(&self) -> &Blobs {
        &self.shared.blobs
    }

    /// Forgets every document and event; blobs without a row are swept at the next start.
    /// Credentials survive: running processes hold them.
    pub fn reset(&self) {
        self.update(|tx| tx.clear());
    }
}

/// How long the last owner may take to be gone: a process it was just starting holds a copy of the
/// lock until it runs its own program.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// The locked file; `None` where another keeps the lock. A file has no lock with a time limit, so
/// a thread waits for it, and drops it where that took too long.
fn lock_soon(file: File) -> std::io::Result<Option<File>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(file.lock().map(|()| file)));
    receiver
        .recv_timeout(LOCK_PATIENCE)
        .map_or(Ok(None), |locked| locked.map(Some))
}

#[cfg(test)]
mod tests;
