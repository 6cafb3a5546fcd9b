//! Looks at the executions in progress whenever their jobs change, or a retry is due.

use super::advance::{Step, advance};
use super::execution;
use local_core::Cloud;
use local_core::driver::{Controller, Look};
use local_core::timestamp::Timestamp;
use local_sagemaker::jobs::{processing, training};

pub(super) const CONTROLLER: Controller = Controller {
    name: "pipelines",
    wakes_on: &[
        execution::ACTIVE.kind(),
        execution::EXECUTIONS.kind(),
        processing::PROCESSING_JOBS.kind(),
        training::TRAINING_JOBS.kind(),
    ],
    look: |cloud, _| Look {
        again: advance_all(cloud).map(Timestamp::time),
        ..Look::default()
    },
};

/// Advances every execution as far as it goes; when the next retry is due.
fn advance_all(cloud: &Cloud) -> Option<Timestamp> {
    let active = cloud.store.read(|tx| execution::ACTIVE.list_everywhere(tx));
    let mut due = Vec::new();
    for (region, id, ()) in active {
        loop {
            match cloud.store.write(|tx| advance(cloud, tx, &region, &id)) {
                Ok(()) => {}
                Err(Step::Waits { until }) => {
                    due.extend(until);
                    break;
                }
            }
        }
    }
    due.into_iter().min()
}
