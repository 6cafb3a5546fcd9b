//! Clock, randomness, timers and processes of the services.
//!
//! One value, so that a later world can run whole loops in virtual time under a seed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::process::{Child, Command};

use crate::dice::{Dice, Stream};

/// The real world.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Seconds that the clock is ahead.
    ahead: Arc<AtomicI64>,
    dice: Arc<Dice>,
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

    /// Draws that have no purpose of their own yet.
    pub fn random_bytes(&self, bytes: &mut [u8]) {
        self.dice("unnamed").fill(bytes);
    }

    pub fn random_hex(&self, length: usize) -> String {
        self.dice("unnamed").hex(length)
    }

    pub fn uuid(&self) -> String {
        self.dice("unnamed").uuid()
    }

    /// The one timer: delays and time limits go through here, so that time can later be virtual.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Starts a process that dies with its handle, so that none outlives local-aws.
    pub fn spawn(&self, mut command: Command) -> std::io::Result<Child> {
        command.kill_on_drop(true).spawn()
    }
}
