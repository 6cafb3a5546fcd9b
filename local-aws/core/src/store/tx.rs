//! What can be read and written inside one transaction.

use std::cell::{Cell, RefCell};

use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::changes::Kinds;
use super::fault::{self, sound};
use crate::event::Event;

/// The kind of the rows that wait for the bus.
pub const OUTBOX: &str = "outbox";

/// One transaction. Documents are JSON values named by kind (`sagemaker/endpoint`), scope (mostly
/// the region) and name; a [`Table`](super::Table) is a kind with its document's type.
pub struct Tx<'a> {
    connection: &'a Connection,
    changed: RefCell<Kinds>,
    rows_read: Cell<u64>,
}

/// An event that was committed and not yet delivered to every rule.
#[derive(Debug, Clone)]
pub struct PendingEvent {
    /// Rises with each commit; never given twice.
    pub sequence: i64,
    pub event: Event,
    /// What a caller of `PutEvents` was answered; the bus names the events of services itself.
    pub accepted: Option<Accepted>,
}

/// The receipt of an event that a caller sent, whose own time may be any.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accepted {
    pub id: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// An event as the outbox keeps it.
#[derive(Serialize, Deserialize)]
struct Outgoing<E> {
    #[serde(flatten)]
    event: E,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Accepted>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            changed: RefCell::default(),
            rows_read: Cell::new(0),
        }
    }

    /// The next number of a named sequence, from 1.
    pub fn count(&self, counter: &str) -> u64 {
        let sql = "INSERT INTO counters (name, value) VALUES (?1, 1)
                   ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value";
        let value: i64 = sound(self.statement(sql).query_row([counter], |row| row.get(0)));
        value.unsigned_abs()
    }

    /// Puts an event into the outbox; the bus delivers it after the commit, or after a restart.
    pub fn emit(&self, event: &Event) {
        self.put_out(event, None);
    }

    /// The same for an event that has a receipt.
    pub fn emit_accepted(&self, event: &Event, accepted: Accepted) {
        self.put_out(event, Some(accepted));
    }

    fn put_out(&self, event: &Event, accepted: Option<Accepted>) {
        let outgoing = Outgoing { event, accepted };
        let event = serde_json::to_string(&outgoing).expect("an event is plain data");
        self.execute(
            OUTBOX,
            "INSERT INTO outbox (event) VALUES (?1)",
            params![event],
        );
    }

    /// The oldest events that wait, in the order of their commits.
    pub fn pending_events(&self, limit: u32) -> Vec<PendingEvent> {
        let sql = "SELECT sequence, event FROM outbox ORDER BY sequence LIMIT ?1";
        let rows = self.rows(sql, [limit], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        });
        let events = rows.into_iter().filter_map(|(sequence, event)| {
            let outgoing: Outgoing<Event> = readable(OUTBOX, &sequence.to_string(), &event)?;
            Some(PendingEvent {
                sequence,
                event: outgoing.event,
                accepted: outgoing.accepted,
            })
        });
        events.collect()
    }

    /// Takes the oldest events out, in the transaction that records where they went.
    pub fn take_events(&self, limit: u32) -> Vec<PendingEvent> {
        let events = self.pending_events(limit);
        let sql = "DELETE FROM outbox WHERE sequence IN
                   (SELECT sequence FROM outbox ORDER BY sequence LIMIT ?1)";
        self.execute(OUTBOX, sql, params![limit]);
        events
    }

    pub fn has_pending_events(&self) -> bool {
        sound(self.statement("SELECT 1 FROM outbox").exists([]))
    }

    /// A value that outlives `reset`.
    pub fn identity(&self, name: &str) -> Option<String> {
        let sql = "SELECT value FROM identity WHERE name = ?1";
        sound(
            self.statement(sql)
                .query_row([name], |row| row.get(0))
                .optional(),
        )
    }

    pub fn set_identity(&self, name: &str, value: &str) {
        let sql = "INSERT OR REPLACE INTO identity (name, value) VALUES (?1, ?2)";
        sound(self.statement(sql).execute([name, value]));
    }

    pub(super) fn get<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        scope: &str,
        name: &str,
    ) -> Option<T> {
        let value = self.text(kind, scope, name)?;
        Some(serde_json::from_str(&value).unwrap_or_else(|error| {
            panic!(
                "the {kind} {name:?} was stored by another version ({error}); remove the state folder"
            )
        }))
    }

    pub(super) fn get_readable<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        scope: &str,
        name: &str,
    ) -> Option<T> {
        readable(kind, name, &self.text(kind, scope, name)?)
    }

    fn text(&self, kind: &'static str, scope: &str, name: &str) -> Option<String> {
        let sql = "SELECT value FROM documents WHERE kind = ?1 AND scope = ?2 AND name = ?3";
        let value: Option<String> = sound(
            self.statement(sql)
                .query_row([kind, scope, name], |row| row.get(0))
                .optional(),
        );
        self.count_rows(value.iter().len());
        value
    }

    pub(super) fn contains(&self, kind: &'static str, scope: &str, name: &str) -> bool {
        let sql = "SELECT 1 FROM documents WHERE kind = ?1 AND scope = ?2 AND name = ?3";
        sound(self.statement(sql).exists([kind, scope, name]))
    }

    /// A document that is equal to the stored one changes nothing.
    pub(super) fn put<T: Serialize>(
        &self,
        kind: &'static str,
        scope: &str,
        name: &str,
        document: &T,
    ) {
        let value = serde_json::to_string(document).expect("a document is plain data");
        let sql = "INSERT INTO documents (kind, scope, name, value) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value";
        self.execute(kind, sql, params![kind, scope, name, value]);
    }

    pub(super) fn delete(&self, kind: &'static str, scope: &str, name: &str) -> bool {
        let sql = "DELETE FROM documents WHERE kind = ?1 AND scope = ?2 AND name = ?3";
        self.execute(kind, sql, params![kind, scope, name])
    }

    pub(super) fn delete_all(&self, kind: &'static str, scope: &str) {
        let sql = "DELETE FROM documents WHERE kind = ?1 AND scope = ?2";
        self.execute(kind, sql, params![kind, scope]);
    }

    pub(super) fn list<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        scope: &str,
    ) -> Vec<(String, T)> {
        let sql = "SELECT name, value FROM documents WHERE kind = ?1 AND scope = ?2 ORDER BY name";
        self.rows(sql, [kind, scope], name_and_value)
            .into_iter()
            .filter_map(|row| decoded(kind, row))
            .collect()
    }

    pub(super) fn next<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        scope: &str,
        after: &str,
        inclusive: bool,
    ) -> Option<(String, T)> {
        let at = "SELECT name, value FROM documents
                  WHERE kind = ?1 AND scope = ?2 AND name >= ?3 ORDER BY name LIMIT 1";
        let behind = "SELECT name, value FROM documents
                      WHERE kind = ?1 AND scope = ?2 AND name > ?3 ORDER BY name LIMIT 1";
        let (mut sql, mut name) = (if inclusive { at } else { behind }, after.to_owned());
        // A loop: there may be thousands of documents of another version.
        loop {
            let row = self
                .statement(sql)
                .query_row([kind, scope, &name], name_and_value);
            let row = sound(row.optional())?;
            self.count_rows(1);
            (sql, name) = (behind, row.0.clone());
            if let Some(found) = decoded(kind, row) {
                return Some(found);
            }
        }
    }

    pub(super) fn keys(&self, kind: &'static str) -> Vec<(String, String)> {
        let sql = "SELECT scope, name FROM documents WHERE kind = ?1 ORDER BY scope, name";
        self.rows(sql, [kind], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Kind, scope and name of every document.
    pub fn all_names(&self) -> Vec<[String; 3]> {
        let sql = "SELECT kind, scope, name FROM documents ORDER BY kind, scope, name";
        self.rows(sql, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))
    }

    pub(super) fn first_names(&self, kind: &'static str, scope: &str, limit: usize) -> Vec<String> {
        let sql =
            "SELECT name FROM documents WHERE kind = ?1 AND scope = ?2 ORDER BY name LIMIT ?3";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.rows(sql, params![kind, scope, limit], |row| row.get(0))
    }

    pub(super) fn scopes(&self, kind: &'static str) -> Vec<String> {
        // From scope to scope by the index, where DISTINCT would walk through every row.
        let sql = "WITH RECURSIVE scopes (scope) AS (
                     SELECT MIN(scope) FROM documents WHERE kind = ?1
                     UNION ALL
                     SELECT (SELECT MIN(scope) FROM documents WHERE kind = ?1 AND scope > scopes.scope)
                     FROM scopes WHERE scope IS NOT NULL)
                   SELECT scope FROM scopes WHERE scope IS NOT NULL";
        self.rows(sql, [kind], |row| row.get(0))
    }

    pub(super) fn list_everywhere<T: DeserializeOwned>(
        &self,
        kind: &'static str,
    ) -> Vec<(String, String, T)> {
        let sql = "SELECT scope, name, value FROM documents WHERE kind = ?1 ORDER BY scope, name";
        let rows = self.rows(sql, [kind], |row| {
            Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?)))
        });
        rows.into_iter()
            .filter_map(|(scope, row)| {
                let (name, document) = decoded(kind, row)?;
                Some((scope, name, document))
            })
            .collect()
    }

    /// Forgets every document, event and counter.
    pub(super) fn clear(&self) {
        sound(
            self.connection
                .execute_batch("DELETE FROM documents; DELETE FROM outbox; DELETE FROM counters;"),
        );
        self.changed.borrow_mut().all = true;
    }

    pub(super) fn changed(&self) -> Kinds {
        self.changed.take()
    }

    pub(super) fn rows_read(&self) -> u64 {
        self.rows_read.get()
    }

    fn count_rows(&self, rows: usize) {
        self.rows_read.set(self.rows_read.get() + rows as u64);
    }

    fn statement(&self, sql: &str) -> CachedStatement<'a> {
        sound(self.connection.prepare_cached(sql))
    }

    /// Answers whether a row changed.
    fn execute(&self, kind: &'static str, sql: &str, params: impl Params) -> bool {
        let changed = sound(self.statement(sql).execute(params)) > 0;
        if changed {
            self.changed.borrow_mut().insert(kind);
        }
        changed
    }

    fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.statement(sql);
        let rows: Vec<T> = sound(statement.query_map(params, read))
            .map(sound)
            .collect();
        self.count_rows(rows.len());
        rows
    }
}

fn name_and_value(row: &Row) -> rusqlite::Result<(String, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

/// `None` for a document that this version cannot read: a list goes on without it.
fn decoded<T: DeserializeOwned>(
    kind: &str,
    (name, value): (String, String),
) -> Option<(String, T)> {
    let document = readable(kind, &name, &value)?;
    Some((name, document))
}

fn readable<T: DeserializeOwned>(kind: &str, name: &str, value: &str) -> Option<T> {
    serde_json::from_str(value)
        .inspect_err(|error| fault::unreadable(kind, name, error))
        .ok()
}
