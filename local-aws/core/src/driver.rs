//! The one driver of all long work.
//!
//! Work is level-triggered: a [`Controller`] looks at the state and says what is missing; the
//! driver runs it, at most one work of a key at a time. A work that panics is logged by name, and
//! its key is free again after a pause, longer each time; everything else goes on. So a killed
//! process carries on where its state stands, and a fault of one work stops no other.
//!
//! A look should read names and small documents only, and leave the rest to its works: what a look
//! cannot read stops all of its controller, what a work cannot read stops that work.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use time::OffsetDateTime;
use tokio::task::{Id, JoinError, JoinSet};

use crate::cloud::Cloud;
use crate::store;

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
pub struct Busy {
    running: HashSet<String>,
    /// Until when.
    resting: HashMap<String, OffsetDateTime>,
}

impl Busy {
    pub fn contains(&self, key: &str) -> bool {
        self.running.contains(key) || self.resting.contains_key(key)
    }

    /// How many works run whose key begins so.
    pub fn running(&self, prefix: &str) -> usize {
        let keys = self.running.iter();
        keys.filter(|key| key.starts_with(prefix)).count()
    }

    /// How many works rest whose key begins so.
    pub fn resting(&self, prefix: &str) -> usize {
        let keys = self.resting.keys();
        keys.filter(|key| key.starts_with(prefix)).count()
    }
}

/// A look without a notice: the safety net under a notice that was lost.
const PERIOD: Duration = Duration::from_secs(60);

/// After a panic, until the same look or work is tried again. A work's doubles each time.
const PAUSE: Duration = Duration::from_secs(5);

/// The longest pause of a work.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

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
            Err(panic) => {
                say(&*panic, || {
                    tracing::error!(
                        controller = controller.name,
                        "a look failed; it is repeated"
                    );
                });
                Some(now + PAUSE)
            }
        };
        let next = again.into_iter().chain(works.first_rested()).min();
        let wait = next.map_or(PERIOD, |next| {
            (next - now).try_into().unwrap_or(SHORTEST_WAIT)
        });
        // A controller that changes what wakes it must not keep the others from their turn.
        tokio::task::yield_now().await;
        tokio::select! {
            () = stopped.as_mut() => return works.tasks.shutdown().await,
            () = changes.changed() => {}
            () = works.ended(&cloud, controller.name) => {}
            () = cloud.world.sleep(wait.clamp(SHORTEST_WAIT, PERIOD)) => {}
        }
    }
}

/// The store has said its own fault: one line, however many controllers meet it.
fn say(panic: &(dyn Any + Send), message: impl FnOnce()) {
    if !store::is_fault(panic) {
        message();
    }
}

/// The works of one controller.
#[derive(Default)]
struct Works {
    busy: Busy,
    keys: HashMap<Id, String>,
    /// How often the work of a key panicked since it last came to its end.
    panics: HashMap<String, u32>,
    tasks: JoinSet<()>,
}

impl Works {
    fn start(&mut self, work: Work) {
        if !self.busy.contains(&work.key) {
            let id = self.tasks.spawn(work.run).id();
            self.keys.insert(id, work.key.clone());
            self.busy.running.insert(work.key);
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
        self.busy.running.remove(&key);
        match ended.map_err(JoinError::try_into_panic) {
            Ok(_) | Err(Err(_)) => {
                self.panics.remove(&key);
            }
            Err(Ok(panic)) => {
                let pause = self.pause(&key);
                say(&*panic, || {
                    tracing::error!(
                        controller,
                        key,
                        pause_seconds = pause.as_secs(),
                        "a work failed; it is repeated after a pause"
                    );
                });
                self.busy.resting.insert(key, cloud.world.now() + pause);
            }
        }
    }

    fn pause(&mut self, key: &str) -> Duration {
        let panics = self.panics.entry(key.to_owned()).or_default();
        let pause = PAUSE.saturating_mul(2_u32.saturating_pow(*panics));
        *panics += 1;
        pause.min(LONGEST_PAUSE)
    }

    fn free_rested(&mut self, now: OffsetDateTime) {
        self.busy.resting.retain(|_, until| *until > now);
    }

    fn first_rested(&self) -> Option<OffsetDateTime> {
        self.busy.resting.values().min().copied()
    }
}

#[cfg(test)]
mod tests;
