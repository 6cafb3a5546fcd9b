//! One step of a deployment: stored before its service is asked, and after.

use super::call::Context;
use super::change::{Change, Origin, Provisioned};
use super::leftover::Leftover;
use super::row::Row;
use super::status::Status;
use super::{custom, event, resource};
use local_core::store::Tx;

/// Brings the resource about and answers its row. `replaced` is left over from the moment that the step begins.
///
/// The step can be dropped between its commits: a process that is killed there leaves the same.
pub(super) async fn carry_out(
    context: &Context,
    change: &Change,
    replaced: Option<Leftover>,
) -> anyhow::Result<Row> {
    let [started, done, failed] = statuses(change);
    let mut row = begun(context, change, started);
    context.cloud.store.update(|tx| {
        if let Some(replaced) = replaced.filter(|replaced| !replaced.row.physical_id.is_empty()) {
            replaced.put(tx, &context.pseudo.region);
        }
        row.put(tx, &context.pseudo.region);
        // The beginning of an interrupted creation is among the events already.
        if !matches!(change.origin, Origin::Interrupted) {
            event::of_resource(&context.cloud, tx, &row, started, None);
        }
    });
    tokio::task::yield_now().await;
    let provisioned = resource::provision(context, change).await;
    tokio::task::yield_now().await;
    let error = match provisioned {
        Ok(provisioned) => {
            let renamed = renamed(change, &provisioned);
            let row = change.row(done, provisioned);
            store(context, &row, None, |tx| {
                if let Some(renamed) = renamed {
                    renamed.put(tx, &context.pseudo.region);
                }
            });
            return Ok(row);
        }
        Err(error) => error,
    };
    row.status = failed;
    if change.deployed().is_none()
        && let Some(answered) = custom::answered_id(&error)
    {
        row.physical_id = answered;
    }
    store(context, &row, Some(&format!("{error:#}")), |_| {});
    Err(error)
}

fn statuses(change: &Change) -> [Status; 3] {
    match change.origin {
        Origin::New | Origin::Interrupted => [
            Status::CreateInProgress,
            Status::CreateComplete,
            Status::CreateFailed,
        ],
        Origin::Deployed(_) => [
            Status::UpdateInProgress,
            Status::UpdateComplete,
            Status::UpdateFailed,
        ],
    }
}

/// The row while its service is asked: it has the new properties, and the rest of what is there.
fn begun(context: &Context, change: &Change, status: Status) -> Row {
    let there = change.deployed().map(|row| Provisioned {
        physical_id: row.physical_id.clone(),
        attributes: row.attributes.clone(),
        generated: row.generated.clone(),
    });
    let there = there.unwrap_or_else(|| Provisioned {
        physical_id: custom::first_physical_id(context, change),
        ..Provisioned::default()
    });
    change.row(status, there)
}

/// The resource before an update that answered another physical id: CloudFormation deletes it.
fn renamed(change: &Change, provisioned: &Provisioned) -> Option<Leftover> {
    let before = change.deployed()?;
    (before.physical_id != provisioned.physical_id).then(|| Leftover::replaced(before.clone()))
}

fn store(context: &Context, row: &Row, reason: Option<&str>, also: impl FnOnce(&Tx)) {
    context.cloud.store.update(|tx| {
        also(tx);
        row.put(tx, &context.pseudo.region);
        event::of_resource(&context.cloud, tx, row, row.status, reason);
    });
}
