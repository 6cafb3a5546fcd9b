//! The deletion of what is left over, as CloudFormation cleans up: dependents first.

use std::collections::BTreeSet;

use super::call::Context;
use super::leftover::{LEFTOVERS, Leftover};
use super::row::{InUse, Row};
use super::status::Status;
use super::{custom, event, order, resource, stack};

/// What becomes of a resource whose deletion is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It stays left over, and so does all that it needs: the deletion can be repeated.
    Stays,
    /// It is forgotten, as in the clean-up of an update.
    IsForgotten,
}

/// Deletes what is left over. Answers a sentence for each refusal.
pub(super) async fn remove_leftovers(context: &Context, refused: Refused) -> Vec<String> {
    let region = &context.pseudo.region;
    let store = &context.cloud.store;
    let leftovers = store.read(|tx| Leftover::all(tx, region));
    let rows = leftovers.iter().map(|leftover| leftover.row.clone());
    let mut reasons = Vec::new();
    let mut needed: BTreeSet<String> = BTreeSet::new();
    for row in order::dependents_first(rows.collect()) {
        tokio::task::yield_now().await;
        let found = leftovers.iter().find(|leftover| leftover.row == row);
        let Some(leftover) = found else { continue };
        if needed.contains(&row.logical_id) {
            needed.extend(row.needs);
            continue;
        }
        let ended = end(context, leftover).await;
        let waits = custom::is_custom(&row.resource_type) && !custom::can_be_asked(context);
        if let Err(reason) = &ended {
            let Row {
                logical_id,
                resource_type,
                ..
            } = &row;
            reasons.push(format!("{logical_id} ({resource_type}): {reason}"));
        }
        if ended.is_err() && (waits || refused == Refused::Stays) {
            needed.extend(row.needs);
            if !waits {
                store.update(|tx| leftover.refused().put(tx, region));
            }
        } else {
            store.update(|tx| LEFTOVERS.delete(tx, region, &leftover.name()));
        }
    }
    reasons
}

/// Deletes what an operation has left over, and moves the stack on to a status that lasts.
pub(super) async fn clean_up(context: &Context, ends: Status) {
    remove_leftovers(context, Refused::IsForgotten).await;
    let store = &context.cloud.store;
    store.update(|tx| stack::enter(context, tx, ends, None));
}

/// Deletes one, unless it is kept; answers why it is refused.
async fn end(context: &Context, leftover: &Leftover) -> Result<(), String> {
    let row = &leftover.row;
    if row.physical_id.is_empty() {
        // Its creation failed: there is nothing.
        return Ok(());
    }
    if leftover.is_kept() {
        record(context, row, Status::DeleteSkipped, None);
        return Ok(());
    }
    record(context, row, Status::DeleteInProgress, None);
    let in_use = InUse::new(Row::deployed(&context.cloud).values());
    let ended = resource::remove(context, row, &in_use).await;
    let ended = ended.map_err(|error| format!("{error:#}"));
    match &ended {
        Ok(()) => record(context, row, Status::DeleteComplete, None),
        Err(reason) => record(context, row, Status::DeleteFailed, Some(reason)),
    }
    ended
}

fn record(context: &Context, row: &Row, status: Status, reason: Option<&str>) {
    let cloud = &context.cloud;
    cloud
        .store
        .update(|tx| event::of_resource(cloud, tx, row, status, reason));
}
