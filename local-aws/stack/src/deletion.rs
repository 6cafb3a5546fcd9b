//! The deletion of the stack.

use anyhow::bail;

use super::call::Context;
use super::deployment::finish_creations;
use super::leftover::{Cause, LEFTOVERS, Leftover, settle};
use super::removal::{Refused, remove_leftovers};
use super::row::RESOURCES;
use super::stack::{Stack, enter};
use super::status::Status;
use super::{custom, env_file};

/// Deletes every resource, dependents first. What is refused stays in the stack, with all that it needs, and
/// the deletion can be repeated.
pub(super) async fn delete(context: &Context) -> anyhow::Result<()> {
    let store = &context.cloud.store;
    let region = &context.pseudo.region;
    if Stack::find(&context.cloud).is_none_or(|stack| stack.is_deleted()) {
        return Ok(());
    }
    if let Err(error) = finish_creations(context).await {
        tracing::warn!(
            reason = format!("{error:#}"),
            "an interrupted creation failed"
        );
    }
    store.update(|tx| {
        enter(context, tx, Status::DeleteInProgress, None);
        settle(tx, region, |_| false, Cause::Removed);
    });
    let refused = remove_leftovers(context, Refused::Stays).await;
    if refused.is_empty() {
        custom::forget_answers(context);
        store.update(|tx| enter(context, tx, Status::DeleteComplete, None));
        return env_file::write_all(&context.cloud);
    }
    let reasons = refused.join("; ");
    store.update(|tx| {
        for leftover in Leftover::all(tx, region) {
            // One resource of a logical id is the stack's; the next deletion finds the others where they are.
            if !RESOURCES.contains(tx, region, &leftover.row.logical_id) {
                LEFTOVERS.delete(tx, region, &leftover.name());
                leftover.row.put(tx, region);
            }
        }
        enter(context, tx, Status::DeleteFailed, Some(&reasons));
    });
    bail!("the stack is not deleted: {reasons}")
}
