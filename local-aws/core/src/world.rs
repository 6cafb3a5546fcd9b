//! Clock, randomness, timers and programs of the services.
//!
//! One value, so that a later world can run whole loops in virtual time under a seed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use time::OffsetDateTime;

use crate::dice::{Dice, Stream};
use crate::processes::Processes;
use crate::programs::Programs;

/// The real world, but for its programs where a test has others.
#[derive(Clone)]
pub struct World {
    pub programs: Arc<dyn Programs>,
    /// Seconds that the clock is ahead.
    ahead: Arc<AtomicI64>,
    dice: Arc<Dice>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            programs: Arc::new(Processes::default()),
            ahead: Arc::default(),
            dice: Arc::default(),
        }
    }
}

impl World {
    /// A world whose draws follow from a seed.
    pub fn seeded(seed: u64) -> Self {
        Self {
            dice: Arc::new(Dice::seeded(seed)),
            ..Self::default()
        }
    }

    pub fn now(&self) -> OffsetDateTime {
        let ahead = self.ahead.load(Ordering::Relaxed);
        OffsetDateTime::now_utc() + time::Duration::seconds(ahead)
    }

    /// Sets the clock ahead: S3 tells times in seconds, and a test does not wait for them.
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The chance for one purpose, named `service/thing`: a draw for another shifts none of it.
    pub fn dice<'w>(&'w self, purpose: &'w str) -> Stream<'w> {
        self.dice.stream(purpose)
    }

    /// The one timer: delays and time limits go through here, so that time can later be virtual.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
