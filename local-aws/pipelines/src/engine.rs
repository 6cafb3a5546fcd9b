//! Looks at the executions in progress when a job begins or ends, or a retry is due.

use super::advance::{Waits, advance};
use super::execution;
use local_core::Cloud;
use local_core::driver::{Controller, Look};
use local_core::timestamp::Timestamp;
use local_sagemaker::jobs::{JobKind, Processing, Training};

pub(super) const CONTROLLER: Controller = Controller {
    name: "pipelines",
    wakes_on: &[
        execution::ACTIVE.kind(),
        Processing::ACTIVE.kind(),
        Training::ACTIVE.kind(),
    ],
    look: |cloud, _| Look {
        again: advance_all(cloud).map(Timestamp::time),
        ..Look::default()
    },
};

/// Advances every execution as far as it goes; when the next retry is due.
fn advance_all(cloud: &Cloud) -> Option<Timestamp> {
    let active = cloud.store.read(|tx| execution::ACTIVE.keys(tx));
    let mut due = Vec::new();
    for (region, id) in active {
        loop {
            match cloud.store.write(|tx| advance(cloud, tx, &region, &id)) {
                Ok(()) => {}
                Err(Waits { until }) => {
                    due.extend(until);
                    break;
                }
            }
        }
    }
    due.into_iter().min()
}
