//! Human loops whose time is over.

use std::sync::Arc;

use time::OffsetDateTime;

use super::finish;
use super::loops::{self, Due};
use local_core::Cloud;
use local_core::driver::{Busy, Controller, Look, Work};

/// Ends each loop when its time is over. A look reads the names of those that are due and of the next.
pub(super) const CONTROLLER: Controller = Controller {
    name: "human loops",
    wakes_on: &[loops::DUE_KIND],
    look,
};

/// Loops that are ended side by side.
const BATCH: usize = 32;

fn look(cloud: &Arc<Cloud>, busy: &Busy) -> Look {
    let now = cloud.world.now();
    let limit = BATCH + busy.resting("");
    let mut look = Look::default();
    for due in cloud.store.read(|tx| loops::first_due(tx, limit)) {
        if due.expires > now {
            look.again = Some(due.expires);
            break;
        }
        let cloud = cloud.clone();
        look.work.push(Work {
            key: format!("{}/{}", due.region, due.name),
            run: Box::pin(async move { fail(&cloud, &due) }),
        });
    }
    look
}

/// Fails every loop that is not answered by `now` and should be.
pub fn expire(cloud: &Cloud, now: OffsetDateTime) {
    let due = cloud.store.read(|tx| loops::first_due(tx, usize::MAX));
    for due in due.iter().take_while(|due| due.expires <= now) {
        fail(cloud, due);
    }
}

/// The last answer may have come since the look.
fn fail(cloud: &Cloud, due: &Due) {
    cloud.store.update(|tx| {
        let active = loops::active(tx, &due.region, &due.name);
        if let Some(human_loop) = active.filter(|active| active.expires == due.expires) {
            finish::expired(cloud, tx, &due.region, human_loop);
        }
    });
}
