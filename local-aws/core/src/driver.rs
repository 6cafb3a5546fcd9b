//! The one driver of all long work.
//!
//! Work is level-triggered: a [`Controller`] looks at the state and says what is missing; the
//! driver runs it, at most one work of a key at a time. A work that panics is logged by name, and
//! its key is free again after a pause; everything else goes on. So a killed process carries on
//! where its state stands, and a fault of one work stops no other.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use time::OffsetDateTime;
use tokio::task::{Id, JoinError, JoinSet};

use crate::cloud::Cloud;

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

pub struct Work {
    pub key: String,
    pub run: BoxFuture<'static, ()>,
}

/// The keys whose work runs, or rests after a panic.
#[derive(Default)]
pub struct Busy(HashSet<String>);

impl Busy {
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains(key)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A look without a notice: the safety net under a notice that was lost.
const PERIOD: Duration = Duration::from_secs(60);

/// After a panic, until the same work or look is tried again.
const PAUSE: Duration = Duration::from_secs(5);

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
        let now = cloud.world.now();
        works.free_rested(now);
        let look = catch_unwind(AssertUnwindSafe(|| (controller.look)(&cloud, &works.busy)));
        let again = match look {
            Ok(look) => {
                for work in look.work {
                    works.start(work);
                }
                look.again
            }
            Err(_) => {
                tracing::error!(
                    controller = controller.name,
                    "a look failed; it is repeated"
                );
                Some(now + PAUSE)
            }
        };
        let next = again.into_iter().chain(works.first_rested()).min();
        let wait = next.map_or(PERIOD, |next| {
            (next - now).try_into().unwrap_or(Duration::ZERO)
        });
        tokio::select! {
            () = stopped.as_mut() => return works.tasks.shutdown().await,
            () = changes.changed() => {}
            () = works.ended(&cloud, controller.name) => {}
            () = cloud.world.sleep(wait.min(PERIOD)) => {}
        }
    }
}

/// The works of one controller.
#[derive(Default)]
struct Works {
    busy: Busy,
    keys: HashMap<Id, String>,
    /// Keys whose work panicked, and when they are free again.
    resting: HashMap<String, OffsetDateTime>,
    tasks: JoinSet<()>,
}

impl Works {
    fn start(&mut self, work: Work) {
        if self.busy.0.insert(work.key.clone()) {
            let id = self.tasks.spawn(work.run).id();
            self.keys.insert(id, work.key);
        }
    }

    /// Completes when a work has ended; never while none runs.
    async fn ended(&mut self, cloud: &Cloud, controller: &str) {
        let Some(ended) = self.tasks.join_next_with_id().await else {
            return std::future::pending().await;
        };
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, ())| *id);
        let Some(key) = self.keys.remove(&id) else {
            return;
        };
        match ended {
            Ok(_) => {
                self.busy.0.remove(&key);
            }
            Err(_) => {
                tracing::error!(
                    controller,
                    key,
                    "a work failed; it is repeated after a pause"
                );
                self.resting.insert(key, cloud.world.now() + PAUSE);
            }
        }
    }

    fn free_rested(&mut self, now: OffsetDateTime) {
        let busy = &mut self.busy.0;
        self.resting.retain(|key, until| {
            let rests = *until > now;
            if !rests {
                busy.remove(key);
            }
            rests
        });
    }

    fn first_rested(&self) -> Option<OffsetDateTime> {
        self.resting.values().min().copied()
    }
}

#[cfg(test)]
mod tests;
