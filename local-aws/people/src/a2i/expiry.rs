//! Human loops whose time is over.

use time::OffsetDateTime;

use super::finish;
use super::loops::ACTIVE;
use local_core::Cloud;
use local_core::driver::{Controller, Look};
use local_core::store::Tx;

/// Ends each loop when its time is over.
pub(super) const CONTROLLER: Controller = Controller {
    name: "human loops",
    wakes_on: &[ACTIVE.kind()],
    look: |cloud, _| {
        expire(cloud, cloud.world.now());
        let active = cloud.store.read(|tx| ACTIVE.list_everywhere(tx));
        Look {
            again: active
                .iter()
                .map(|(_, _, human_loop)| human_loop.expires)
                .min(),
            ..Look::default()
        }
    },
};

/// Fails every loop that is not answered by `now` and should be.
pub fn expire(cloud: &Cloud, now: OffsetDateTime) {
    let due = |tx: &Tx| {
        let active = ACTIVE.list_everywhere(tx).into_iter();
        active
            .filter(|(_, _, human_loop)| human_loop.expires <= now)
            .map(|(region, _, human_loop)| (region, human_loop))
            .collect::<Vec<_>>()
    };
    if cloud.store.read(due).is_empty() {
        return;
    }
    cloud.store.update(|tx| {
        for (region, human_loop) in due(tx) {
            finish::expired(cloud, tx, &region, human_loop);
        }
    });
}
