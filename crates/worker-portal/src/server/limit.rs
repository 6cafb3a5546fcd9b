//! Guessing passwords is slow: after a few failures a name rests.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

/// Five as in Cognito's own lockout; there it starts at a second and grows to fifteen minutes.
const FAILURES_ALLOWED: u32 = 5;
const REST: Duration = Duration::minutes(1);
/// Names are the attacker's choice: their number is bounded, oldest first out.
const NAMES_KEPT: usize = 10_000;

#[derive(Default)]
pub struct Attempts(Mutex<HashMap<String, Failures>>);

struct Failures {
    count: u32,
    last: OffsetDateTime,
}

impl Attempts {
    pub fn must_rest(&self, username: &str, now: OffsetDateTime) -> bool {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.retain(|_, failures| now - failures.last < REST);
        names
            .get(username)
            .is_some_and(|failures| failures.count >= FAILURES_ALLOWED)
    }

    pub fn failed(&self, username: &str, now: OffsetDateTime) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= NAMES_KEPT
            && let Some(oldest) = names
                .iter()
                .min_by_key(|(_, f)| f.last)
                .map(|(name, _)| name.clone())
        {
            names.remove(&oldest);
        }
        let failures = names.entry(username.to_owned()).or_insert(Failures {
            count: 0,
            last: now,
        });
        failures.count += 1;
        failures.last = now;
    }

    pub fn succeeded(&self, username: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(username);
    }
}
