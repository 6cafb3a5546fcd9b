//! The rows of the asynchronous queue: what waits for which function, and the payloads apart.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use local_core::due;
use local_core::store::{Table, Tx};

/// By region and function, named by the moment that each is due.
pub(super) const QUEUE: Table<Queued> = Table::new("lambda/queue");

/// By region and request id: only the try itself reads one.
const PAYLOADS: Table<String> = Table::new("lambda/payload");

/// An event that a function has not yet taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Queued {
    pub region: String,
    pub function: String,
    pub request_id: String,
    #[serde(with = "time::serde::rfc3339")]
    pub accepted_at: OffsetDateTime,
    /// How often the function has failed on it.
    pub failures: u64,
}

/// The scope of a function's rows.
pub(super) fn scope(region: &str, function: &str) -> String {
    format!("{region}/{function}")
}

impl Queued {
    /// Adds a new event with its payload.
    pub fn add(&self, tx: &Tx, payload: &str) {
        PAYLOADS.put(tx, &self.region, &self.request_id, &payload.to_owned());
        self.put(tx, self.accepted_at);
    }

    pub fn payload(&self, tx: &Tx) -> String {
        PAYLOADS
            .get(tx, &self.region, &self.request_id)
            .unwrap_or_default()
    }

    /// Moves the event from its row to one that is due then.
    pub fn postpone(&self, tx: &Tx, name: &str, due_at: OffsetDateTime) {
        self.delete(tx, name);
        self.put(tx, due_at);
    }

    /// Takes the event out for good.
    pub fn forget(&self, tx: &Tx, name: &str) {
        self.delete(tx, name);
        PAYLOADS.delete(tx, &self.region, &self.request_id);
    }

    fn put(&self, tx: &Tx, due_at: OffsetDateTime) {
        // Numbered, so that events of one moment keep the order of their commits.
        let rest = format!("{:016}-{}", tx.count(QUEUE.kind()), self.request_id);
        let scope = scope(&self.region, &self.function);
        QUEUE.put(tx, &scope, &due::name(due_at, &rest), self);
    }

    fn delete(&self, tx: &Tx, name: &str) {
        QUEUE.delete(tx, &scope(&self.region, &self.function), name);
    }
}

/// Whether an accepted event still waits, runs, or will be tried again.
pub fn is_queued(tx: &Tx, region: &str, request_id: &str) -> bool {
    PAYLOADS.contains(tx, region, request_id)
}
