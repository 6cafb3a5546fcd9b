//! The tables, and how durable they are.

use rusqlite::Connection;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS documents (
        kind TEXT NOT NULL,
        scope TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (kind, scope, name)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        event TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS counters (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) WITHOUT ROWID;
    -- The bodies that are too small for a file of their own.
    CREATE TABLE IF NOT EXISTS blobs (
        sha256 TEXT PRIMARY KEY,
        bytes BLOB NOT NULL
    );
    -- What outlives a reset: the credentials that running processes hold.
    CREATE TABLE IF NOT EXISTS identity (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;
";

pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit's own sync is `Wal::sync`; those around a checkpoint stay SQLite's.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.execute_batch(TABLES)
}
