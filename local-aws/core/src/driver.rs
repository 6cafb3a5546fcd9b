//! The one driver of all long work.
//!
//! Work is level-triggered: a [`Controller`] looks at the state and says what is missing; the
//! driver runs it, at most one work of a key at a time. A work that panics is logged by name, and
//! its key is free again after a pause, longer each time; everything else goes on. A work that ends
//! while nothing that wakes its controller has changed has the same pause, until that changes. So a
//! killed process carries on where its state stands, a fault of one work stops no other, and none
//! keeps a processor busy.
//!
//! A look should read names and small documents only, and leave the rest to its works: what a look
//! cannot read stops all of its controller, what a work cannot read stops that work.

mod works;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use crate::cloud::Cloud;
use works::{Moment, PAUSE, Works, say};

pub use works::{Busy, Work};

#[derive(Clone, Copy)]
pub struct Controller {
    pub name: &'static str,
    /// The kinds of documents whose changes make it look again.
    pub wakes_on: &'static [&'static str],
    /// Looks at the state and does what needs no waiting, or says what to run.
    pub look: fn(&Arc<Cloud>, &Busy) -> Look,
}

#[derive(Default)]
pub struct Look {
    pub work: Vec<Work>,
    /// Look again then, whatever happens in between.
    pub again: Option<OffsetDateTime>,
}

/// A look without a notice: the safety net under a notice that was lost.
const PERIOD: Duration = Duration::from_secs(60);

/// A look that asks for a moment that has passed must not keep a processor busy.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// Runs a controller for as long as the cloud lives. Dropping the future ends its works.
pub async fn drive(cloud: Arc<Cloud>, controller: Controller) {
    drive_until(cloud, controller, std::future::pending()).await;
}

/// Runs a controller until `stopped` completes; its works have ended then, too.
pub async fn drive_until(
    cloud: Arc<Cloud>,
    controller: Controller,
    stopped: impl Future<Output = ()>,
) {
    let mut stopped = std::pin::pin!(stopped);
    let mut changes = cloud.store.changes_of(controller.wakes_on);
    let mut works = Works::default();
    loop {
        // Before the look: what changes while it reads counts as a change after it.
        let moment = Moment {
            now: cloud.world.now(),
            changes: changes.told(),
        };
        works.wake(moment);
        let again = look(&cloud, controller, &mut works, moment);
        let next = again.into_iter().chain(works.first_rested()).min();
        let wait = next.map_or(PERIOD, |next| {
            (next - moment.now).try_into().unwrap_or(SHORTEST_WAIT)
        });
        // A controller that changes what wakes it must not keep the others from their turn.
        tokio::task::yield_now().await;
        tokio::select! {
            biased;
            () = stopped.as_mut() => return works.stop().await,
            // Before the changes: those that never pause must not keep a key from being free again.
            ended = works.ended() => {
                let moment = Moment { now: cloud.world.now(), changes: changes.told() };
                works.settle(ended, controller.name, moment);
            }
            () = changes.changed() => {}
            () = cloud.world.sleep(wait.clamp(SHORTEST_WAIT, PERIOD)) => {}
        }
    }
}

/// Looks once and starts what is missing. Answers when to look again.
fn look(
    cloud: &Arc<Cloud>,
    controller: Controller,
    works: &mut Works,
    moment: Moment,
) -> Option<OffsetDateTime> {
    let look = catch_unwind(AssertUnwindSafe(|| (controller.look)(cloud, &works.busy)));
    match look {
        Ok(look) => {
            for work in look.work {
                works.start(work, controller.name, moment);
            }
            look.again
        }
        Err(panic) => {
            say(&*panic, || {
                tracing::error!(
                    controller = controller.name,
                    "a look failed; it is repeated"
                );
            });
            Some(moment.now + PAUSE)
        }
    }
}

#[cfg(test)]
mod tests;
