//! The stack's events: what happened to it and to its resources, as CloudFormation tells it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::row::Row;
use super::status::Status;
use local_core::Cloud;
use local_core::store::{Table, Tx};

/// By region, named by their number; those of the stack before go when another is created.
const EVENTS: Table<Event> = Table::new("stack/event");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The stack's name, where it is an event of the stack itself.
    pub logical_id: String,
    pub resource_type: String,
    pub physical_id: String,
    pub status: Status,
    pub reason: Option<String>,
}

/// Stores an event of a resource and logs it.
pub(super) fn of_resource(cloud: &Cloud, tx: &Tx, row: &Row, status: Status, reason: Option<&str>) {
    let event = Event {
        at: cloud.world.now(),
        logical_id: row.logical_id.clone(),
        resource_type: row.resource_type.clone(),
        physical_id: row.physical_id.clone(),
        status,
        reason: reason.map(str::to_owned),
    };
    store(cloud, tx, &event);
}

pub(super) fn store(cloud: &Cloud, tx: &Tx, event: &Event) {
    let Event {
        logical_id,
        resource_type,
        status,
        reason,
        ..
    } = event;
    let reason = reason.as_deref();
    match status {
        Status::CreateFailed | Status::UpdateFailed | Status::DeleteFailed => {
            tracing::warn!(logical_id, resource.kind = resource_type, %status, reason, "stack");
        }
        _ => tracing::info!(logical_id, resource.kind = resource_type, %status, reason, "stack"),
    }
    let name = format!("{:016}", tx.count(EVENTS.kind()));
    EVENTS.put(tx, &cloud.settings.region, &name, event);
}

/// From the first to the last.
pub(super) fn all(tx: &Tx, region: &str) -> Vec<Event> {
    let events = EVENTS.list(tx, region).into_iter();
    events.map(|(_, event)| event).collect()
}

pub(super) fn forget(tx: &Tx, region: &str) {
    EVENTS.delete_all(tx, region);
}
