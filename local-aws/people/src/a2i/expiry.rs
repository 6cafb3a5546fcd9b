//! Human loops whose time is over.

use time::OffsetDateTime;

use super::finish;
use super::loops;
use local_core::Cloud;
use local_core::driver::{Controller, Look};

/// Ends each loop when its time is over.
pub(super) const CONTROLLER: Controller = Controller {
    name: "human loops",
    wakes_on: &[loops::DUE_KIND],
    look: |cloud, _| {
        expire(cloud, cloud.world.now());
        Look {
            again: cloud.store.read(loops::next_expiry),
            ..Look::default()
        }
    },
};

/// Fails every loop that is not answered by `now` and should be.
pub fn expire(cloud: &Cloud, now: OffsetDateTime) {
    if cloud.store.read(|tx| loops::due(tx, now)).is_empty() {
        return;
    }
    cloud.store.update(|tx| {
        for (region, human_loop) in loops::due(tx, now) {
            finish::expired(cloud, tx, &region, human_loop);
        }
    });
}
