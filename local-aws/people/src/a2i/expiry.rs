//! Human loops whose time is over.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::finish;
use super::human_loop::HumanLoop;
use super::loops::ACTIVE;
use local_core::Cloud;

/// How late a loop may be found expired.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Ends loops whose time is over: the clock is the only change that nobody commits.
pub async fn run(cloud: Arc<Cloud>) {
    loop {
        expire(&cloud, cloud.world.now());
        cloud.world.sleep(LOOK_EVERY).await;
    }
}

/// Fails every loop that is not answered by `now` and should be.
pub fn expire(cloud: &Cloud, now: OffsetDateTime) {
    let is_due = |(_, _, it): &(String, String, HumanLoop)| it.expires <= now;
    if !cloud
        .store
        .read(|tx| tx.list_everywhere(ACTIVE).iter().any(is_due))
    {
        return;
    }
    let expired: Result<(), std::convert::Infallible> = cloud.store.write(|tx| {
        for (region, _, it) in tx.list_everywhere(ACTIVE).into_iter().filter(is_due) {
            finish::expired(cloud, tx, &region, it);
        }
        Ok(())
    });
    let Ok(()) = expired;
}
