//! Clock, randomness, timers and programs of the services.
//!
//! One value, so that a later world can run whole loops in virtual time under a seed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use data_encoding::HEXLOWER;
use rand::RngCore;
use time::OffsetDateTime;

use crate::processes::Processes;
use crate::programs::Programs;

/// The real world, but for its programs where a test has others.
#[derive(Clone)]
pub struct World {
    pub programs: Arc<dyn Programs>,
    /// Seconds that the clock is ahead.
    ahead: Arc<AtomicI64>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            programs: Arc::new(Processes::default()),
            ahead: Arc::default(),
        }
    }
}

impl World {
    pub fn now(&self) -> OffsetDateTime {
        let ahead = self.ahead.load(Ordering::Relaxed);
        OffsetDateTime::now_utc() + time::Duration::seconds(ahead)
    }

    /// Sets the clock ahead: S3 tells times in seconds, and a test does not wait for them.
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    pub fn random_bytes(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }

    /// `length` lower-case hexadecimal digits.
    pub fn random_hex(&self, length: usize) -> String {
        let mut bytes = vec![0; length.div_ceil(2)];
        self.random_bytes(&mut bytes);
        let mut hex = HEXLOWER.encode(&bytes);
        hex.truncate(length);
        hex
    }

    /// A random UUID, version 4.
    pub fn uuid(&self) -> String {
        let mut bytes = [0; 16];
        self.random_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }

    /// The one timer: delays and time limits go through here, so that time can later be virtual.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
