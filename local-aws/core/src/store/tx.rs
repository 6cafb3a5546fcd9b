//! What can be read and written inside one transaction.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::event::Event;

/// One transaction. Documents are JSON values named by kind (`sagemaker/endpoint`), scope (mostly
/// the region) and name.
pub struct Tx<'a> {
    connection: &'a Connection,
}

/// An event that was committed and not yet delivered to every rule.
#[derive(Debug, Clone)]
pub struct PendingEvent {
    /// Rises with each commit; never given twice.
    pub sequence: i64,
    pub event: Event,
}

/// Why a statement of ours cannot fail: the schema is ours, so only the disk is left.
const SOUND: &str = "the state file can be read and written";

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    pub fn get<T: DeserializeOwned>(&self, kind: &str, scope: &str, name: &str) -> Option<T> {
        self.connection
            .prepare_cached(
                "SELECT value FROM documents WHERE kind = ?1 AND scope = ?2 AND name = ?3",
            )
            .expect(SOUND)
            .query_row(params![kind, scope, name], |row| row.get::<_, String>(0))
            .optional()
            .expect(SOUND)
            .map(|value| decode(kind, name, &value))
    }

    pub fn put<T: Serialize>(&self, kind: &str, scope: &str, name: &str, value: &T) {
        let value = serde_json::to_string(value).expect("a document is plain data");
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO documents (kind, scope, name, value) VALUES (?1, ?2, ?3, ?4)")
            .expect(SOUND)
            .execute(params![kind, scope, name, value])
            .expect(SOUND);
    }

    /// Whether there was one.
    pub fn delete(&self, kind: &str, scope: &str, name: &str) -> bool {
        self.connection
            .prepare_cached("DELETE FROM documents WHERE kind = ?1 AND scope = ?2 AND name = ?3")
            .expect(SOUND)
            .execute(params![kind, scope, name])
            .expect(SOUND)
            > 0
    }

    /// Every document of a kind in a scope, by name in byte order.
    pub fn list<T: DeserializeOwned>(&self, kind: &str, scope: &str) -> Vec<(String, T)> {
        self.connection
            .prepare_cached(
                "SELECT name, value FROM documents WHERE kind = ?1 AND scope = ?2 ORDER BY name",
            )
            .expect(SOUND)
            .query_map(params![kind, scope], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .expect(SOUND)
            .map(|row| {
                let (name, value) = row.expect(SOUND);
                let value = decode(kind, &name, &value);
                (name, value)
            })
            .collect()
    }

    /// The first document whose name is greater than `after` (or equal to it, if `inclusive`):
    /// one step of a walk that skips whole ranges of names.
    pub fn next<T: DeserializeOwned>(
        &self,
        kind: &str,
        scope: &str,
        after: &str,
        inclusive: bool,
    ) -> Option<(String, T)> {
        let sql = if inclusive {
            "SELECT name, value FROM documents WHERE kind = ?1 AND scope = ?2 AND name >= ?3 ORDER BY name LIMIT 1"
        } else {
            "SELECT name, value FROM documents WHERE kind = ?1 AND scope = ?2 AND name > ?3 ORDER BY name LIMIT 1"
        };
        self.connection
            .prepare_cached(sql)
            .expect(SOUND)
            .query_row(params![kind, scope, after], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .optional()
            .expect(SOUND)
            .map(|(name, value)| {
                let value = decode(kind, &name, &value);
                (name, value)
            })
    }

    /// Every document of a kind as (scope, name, value): what a task looks at when it starts.
    pub fn list_everywhere<T: DeserializeOwned>(&self, kind: &str) -> Vec<(String, String, T)> {
        self.connection
            .prepare_cached(
                "SELECT scope, name, value FROM documents WHERE kind = ?1 ORDER BY scope, name",
            )
            .expect(SOUND)
            .query_map(params![kind], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                ))
            })
            .expect(SOUND)
            .map(|row| {
                let (scope, name, value) = row.expect(SOUND);
                let value = decode(kind, &name, &value);
                (scope, name, value)
            })
            .collect()
    }

    /// The next number of a named sequence, from 1.
    pub fn count(&self, counter: &str) -> u64 {
        let value: i64 = self
            .connection
            .prepare_cached(
                "INSERT INTO counters (name, value) VALUES (?1, 1)
                 ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            )
            .expect(SOUND)
            .query_row(params![counter], |row| row.get(0))
            .expect(SOUND);
        value.unsigned_abs()
    }

    /// Puts an event into the outbox; the bus delivers it after the commit, or after a restart.
    pub fn emit(&self, event: &Event) {
        let event = serde_json::to_string(event).expect("an event is plain data");
        self.connection
            .prepare_cached("INSERT INTO outbox (event) VALUES (?1)")
            .expect(SOUND)
            .execute(params![event])
            .expect(SOUND);
    }

    /// The oldest events that wait, in the order of their commits.
    pub fn pending_events(&self, limit: u32) -> Vec<PendingEvent> {
        self.connection
            .prepare_cached("SELECT sequence, event FROM outbox ORDER BY sequence LIMIT ?1")
            .expect(SOUND)
            .query_map(params![limit], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })
            .expect(SOUND)
            .map(|row| {
                let (sequence, event) = row.expect(SOUND);
                PendingEvent {
                    sequence,
                    event: decode("outbox", &sequence.to_string(), &event),
                }
            })
            .collect()
    }

    /// Takes a delivered event out, in the transaction that records where it went.
    pub fn forget_event(&self, sequence: i64) {
        self.connection
            .prepare_cached("DELETE FROM outbox WHERE sequence = ?1")
            .expect(SOUND)
            .execute(params![sequence])
            .expect(SOUND);
    }

    /// A value that outlives `reset`.
    pub fn identity(&self, name: &str) -> Option<String> {
        self.connection
            .query_row(
                "SELECT value FROM identity WHERE name = ?1",
                params![name],
                |row| row.get(0),
            )
            .optional()
            .expect(SOUND)
    }

    pub fn set_identity(&self, name: &str, value: &str) {
        self.connection
            .execute(
                "INSERT OR REPLACE INTO identity (name, value) VALUES (?1, ?2)",
                params![name, value],
            )
            .expect(SOUND);
    }

    pub(super) fn clear(&self) {
        self.connection
            .execute_batch("DELETE FROM documents; DELETE FROM outbox; DELETE FROM counters;")
            .expect(SOUND);
    }
}

fn decode<T: DeserializeOwned>(kind: &str, name: &str, value: &str) -> T {
    serde_json::from_str(value).unwrap_or_else(|error| {
        panic!(
            "the {kind} {name:?} was stored by another version ({error}); remove the state folder"
        )
    })
}
