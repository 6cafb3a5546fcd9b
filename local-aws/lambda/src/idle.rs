//! Sandboxes end when nothing was invoked in them for a while, as Lambda's do.

use time::Duration;

use super::host::Host;
use local_core::driver::{Controller, Look};

/// AWS names no time; some minutes is what is observed.
const LONGEST: Duration = Duration::minutes(5);

/// A sandbox that becomes idle changes nothing in the store: the driver's own period is the notice.
pub(super) const CONTROLLER: Controller = Controller {
    name: "lambda sandboxes",
    wakes_on: &[],
    look: |cloud, _| {
        let host = cloud.memory::<Host>();
        let oldest = host.end_idle(cloud.world.now() - LONGEST);
        Look {
            again: oldest.map(|idle_since| idle_since + LONGEST),
            ..Look::default()
        }
    },
};
