//! The works of one controller: what runs, what rests, and for how long.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures::future::BoxFuture;
use time::OffsetDateTime;
use tokio::task::{Id, JoinError, JoinSet};

use crate::store;

/// After a fault, until the same look or work is tried again. A work's doubles each time.
pub const PAUSE: Duration = Duration::from_secs(5);

/// The longest pause of a work.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

pub struct Work {
    pub key: String,
    pub run: BoxFuture<'static, ()>,
}

/// The keys whose work runs, or rests.
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

/// A moment as the driver knows it.
#[derive(Clone, Copy)]
pub struct Moment {
    pub now: OffsetDateTime,
    /// How many changes the controller has been told of.
    pub changes: u64,
}

#[derive(Default)]
pub struct Works {
    pub busy: Busy,
    tasks: JoinSet<()>,
    /// The key of each task, and the number of changes when it started.
    started: HashMap<Id, (String, u64)>,
    /// How often in a row the work of a key ended in a fault or in vain.
    faults: HashMap<String, u32>,
    /// Works that ended in vain since the last change, and the moment from which each may run again.
    vain: HashMap<String, OffsetDateTime>,
    /// The number of changes at the last look.
    changes: u64,
}

/// A task that has ended.
pub type Ended = Result<(Id, ()), JoinError>;

impl Works {
    /// Before a look: lets those begin whose rest is over.
    pub fn wake(&mut self, moment: Moment) {
        if moment.changes != self.changes {
            self.changes = moment.changes;
            for (key, _) in self.vain.drain() {
                self.busy.resting.remove(&key);
                self.faults.remove(&key);
            }
        }
        self.busy.resting.retain(|_, until| *until > moment.now);
    }

    /// Starts a work. One that ended in vain and is asked for at once would keep a processor busy.
    pub fn start(&mut self, work: Work, controller: &str, moment: Moment) {
        if self.busy.contains(&work.key) {
            return;
        }
        if let Some(until) = self
            .vain
            .get(&work.key)
            .filter(|until| **until > moment.now)
        {
            tracing::warn!(
                controller,
                key = work.key,
                "a work ended, nothing that wakes its controller has changed, and it is asked for again; it rests until a change or for a pause"
            );
            self.busy.resting.insert(work.key, *until);
            return;
        }
        self.vain.remove(&work.key);
        let id = self.tasks.spawn(work.run).id();
        self.started.insert(id, (work.key.clone(), moment.changes));
        self.busy.running.insert(work.key);
    }

    /// Completes when a work has ended; never while none runs.
    pub async fn ended(&mut self) -> Ended {
        match self.tasks.join_next_with_id().await {
            Some(ended) => ended,
            None => std::future::pending().await,
        }
    }

    /// Frees the key of a work that has ended, at once or after a pause.
    pub fn settle(&mut self, ended: Ended, controller: &str, moment: Moment) {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, ())| *id);
        let Some((key, changes)) = self.started.remove(&id) else {
            return;
        };
        self.busy.running.remove(&key);
        match ended.map_err(JoinError::try_into_panic) {
            Ok(_) | Err(Err(_)) if changes == moment.changes => {
                let until = moment.now + self.pause(&key);
                self.vain.insert(key, until);
            }
            Ok(_) | Err(Err(_)) => {
                self.faults.remove(&key);
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
                self.busy.resting.insert(key, moment.now + pause);
            }
        }
    }

    /// The moment at which the first rest is over.
    pub fn first_rested(&self) -> Option<OffsetDateTime> {
        self.busy.resting.values().min().copied()
    }

    pub async fn stop(&mut self) {
        self.tasks.shutdown().await;
    }

    fn pause(&mut self, key: &str) -> Duration {
        let faults = self.faults.entry(key.to_owned()).or_default();
        let pause = PAUSE.saturating_mul(2_u32.saturating_pow(*faults));
        *faults += 1;
        pause.min(LONGEST_PAUSE)
    }
}

/// The store has said its own fault: one line, however many controllers meet it.
pub fn say(panic: &(dyn Any + Send), message: impl FnOnce()) {
    if !store::is_fault(panic) {
        message();
    }
}

#[cfg(test)]
mod tests {
    use super::Works;

    #[test]
    fn the_pause_of_a_work_grows_to_minutes_for_each_key_alone() {
        let mut works = Works::default();
        let pauses: Vec<u64> = (0..8).map(|_| works.pause("a").as_secs()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(works.pause("b").as_secs(), 5);
    }
}
