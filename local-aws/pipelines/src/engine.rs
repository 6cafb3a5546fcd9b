//! Drives each execution that is in progress: one work from its start to its end.

use std::sync::Arc;

use super::advance::{Rest, advance};
use super::execution;
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};
use local_sagemaker::jobs::{JobKind, Processing, Training};
use time::Duration;

/// The longest wait: the clock goes on while a suspended machine's timers stand still.
const PERIOD: Duration = Duration::MINUTE;

pub(super) const CONTROLLER: Controller = Controller {
    name: "pipelines",
    wakes_on: &[execution::ACTIVE.kind()],
    look: |cloud, busy| {
        let active = cloud.store.read(|tx| execution::ACTIVE.keys(tx));
        let work = active.into_iter().filter_map(|(region, id)| {
            let key = format!("{region}/{id}");
            (!busy.contains(&key)).then(|| Work {
                key,
                run: Box::pin(drive(cloud.clone(), region, id)),
            })
        });
        Look {
            work: work.collect(),
            again: None,
        }
    },
};

/// Advances an execution until it ends, whenever a job began or ended, a stop was asked for, or a
/// retry is due.
async fn drive(cloud: Arc<Cloud>, region: String, id: String) {
    let mut changes = cloud.store.changes_of(&[
        execution::ACTIVE.kind(),
        Processing::ACTIVE.kind(),
        Training::ACTIVE.kind(),
        local_tuning::ACTIVE.kind(),
    ]);
    loop {
        let due = match cloud.store.write(|tx| advance(&cloud, tx, &region, &id)) {
            Ok(()) => {
                tokio::task::yield_now().await;
                continue;
            }
            Err(Rest::Ended) => return,
            Err(Rest::Until(due)) => due,
        };
        let wait = due.map_or(PERIOD, |due| due.time() - cloud.world.now());
        tokio::select! {
            biased;
            () = changes.changed() => {}
            () = cloud.world.sleep(wait.clamp(Duration::ZERO, PERIOD).unsigned_abs()) => {}
        }
    }
}

#[cfg(test)]
mod tests;
