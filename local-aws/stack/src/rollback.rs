//! The way back of a creation or an update that failed.

use anyhow::bail;

use super::call::Context;
use super::change::Change;
use super::course::Course;
use super::deployment::finish_creations;
use super::leftover::{Cause, Leftover, settle};
use super::order::needed_first;
use super::removal::{Refused, remove_leftovers};
use super::row::{BEFORE, RESOURCES, Row};
use super::status::Status;
use super::step::carry_out;
use super::{custom, stack};

/// Restores the resources as they stood before, then deletes what the operation made. `read` is the status from
/// which it goes back, `cause` what failed.
pub(super) async fn roll_back(
    context: &Context,
    course: &Course,
    (read, cause): (Status, Option<&str>),
) -> anyhow::Result<()> {
    let store = &context.cloud.store;
    let region = &context.pseudo.region;
    store.write(|tx| {
        stack::check_status(context, tx, Some(read))?;
        stack::enter(context, tx, course.rolling_back, cause);
        anyhow::Ok(())
    })?;
    tokio::task::yield_now().await;
    // What was under way when a process ended may be there: it must be known to be deleted.
    if let Err(error) = finish_creations(context).await {
        tracing::warn!(
            reason = format!("{error:#}"),
            "an interrupted creation failed"
        );
    }
    let before = store.read(|tx| Row::all(tx, BEFORE, region));
    let mut refused = Vec::new();
    for row in needed_first(before.values().cloned().collect()) {
        if let Err(error) = restore(context, &row).await {
            let (name, kind) = (&row.logical_id, &row.resource_type);
            refused.push(format!("{name} ({kind}): {error:#}"));
        }
    }
    if refused.is_empty() {
        store.update(|tx| {
            let is_before = |logical_id: &str| before.contains_key(logical_id);
            settle(tx, region, is_before, Cause::RolledBack);
            stack::enter(context, tx, course.rolled_back_clean_up, cause);
        });
        refused = clean_up(context, course).await;
    }
    if refused.is_empty() {
        if course.rolled_back == Status::RollbackComplete {
            custom::forget_answers(context);
        }
        store.update(|tx| stack::enter(context, tx, course.rolled_back, cause));
        return Ok(());
    }
    let reasons = refused.join("; ");
    store.update(|tx| stack::enter(context, tx, course.rollback_failed, Some(&reasons)));
    bail!(reasons)
}

/// Deletes what the operation made; answers the refusals that fail the rollback.
async fn clean_up(context: &Context, course: &Course) -> Vec<String> {
    let refusals = remove_leftovers(context, course.refused).await;
    match course.refused {
        Refused::Stays => refusals,
        Refused::IsForgotten => Vec::new(),
    }
}

/// One resource as it stood before.
async fn restore(context: &Context, before: &Row) -> anyhow::Result<()> {
    let store = &context.cloud.store;
    let region = &context.pseudo.region;
    let now = store.read(|tx| RESOURCES.get(tx, region, &before.logical_id));
    let Some(now) = now.filter(|now| !is_as(now, before)) else {
        store.update(|tx| before.put(tx, region));
        return Ok(());
    };
    // A custom resource decides itself what becomes of the physical id that it has now.
    let is_same = custom::is_custom(&now.resource_type) || now.physical_id == before.physical_id;
    let (from, replaced) = if is_same {
        (now, None)
    } else {
        let cause = Cause::RolledBack;
        (before.clone(), Some(Leftover { row: now, cause }))
    };
    let change = Change::update(before.resource(), &before.needs, from);
    carry_out(context, &change, replaced).await.map(drop)
}

/// Whether the operation has not touched it.
fn is_as(now: &Row, before: &Row) -> bool {
    now.status.is_settled()
        && now.physical_id == before.physical_id
        && now.properties == before.properties
}
