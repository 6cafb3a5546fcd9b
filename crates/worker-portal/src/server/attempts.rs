//! Guessing passwords is slow: after a few failures a name rests.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use time::{Duration, OffsetDateTime};

/// Five as in Cognito's own lockout; there it starts at a second and grows to fifteen minutes.
const FAILURES_ALLOWED: u32 = 5;
const REST: Duration = Duration::minutes(1);
/// Names are the attacker's choice, so they share a fixed number of counters by a hash of a random
/// key: no name that is tried makes another's failures forgotten. Two names share a counter by
/// chance once in 65,536, and then rest together.
const COUNTERS: usize = 1 << 16;

pub struct Attempts {
    key: RandomState,
    counters: Mutex<Vec<Counter>>,
}

#[derive(Clone, Copy)]
struct Counter {
    /// Attempts that failed, or are not decided yet.
    count: u32,
    last: OffsetDateTime,
}

impl Default for Attempts {
    fn default() -> Self {
        let counter = Counter {
            count: 0,
            last: OffsetDateTime::UNIX_EPOCH,
        };
        Self {
            key: RandomState::new(),
            counters: Mutex::new(vec![counter; COUNTERS]),
        }
    }
}

impl Attempts {
    /// Counts an attempt before its password is looked at, as a failure until it is `released`:
    /// of many at once no more are tried than of as many one by one. False: the name must rest.
    pub fn begin(&self, username: &str, now: OffsetDateTime) -> bool {
        let mut counters = self.lock();
        let counter = &mut counters[self.index(username)];
        if now - counter.last >= REST {
            counter.count = 0;
        }
        if counter.count >= FAILURES_ALLOWED {
            return false;
        }
        counter.count += 1;
        counter.last = now;
        true
    }

    /// The attempt was no failure. Those that others made meanwhile stay counted.
    pub fn release(&self, username: &str) {
        let mut counters = self.lock();
        let counter = &mut counters[self.index(username)];
        counter.count = counter.count.saturating_sub(1);
    }

    fn index(&self, username: &str) -> usize {
        let hash = self.key.hash_one(username);
        usize::try_from(hash % COUNTERS as u64).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Counter>> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn allowed(attempts: &Attempts, username: &str, now: OffsetDateTime) -> usize {
        (0..20).filter(|_| attempts.begin(username, now)).count()
    }

    #[test]
    fn a_name_rests_after_five_failures_for_a_minute() {
        let attempts = Attempts::default();
        let start = NOW + REST;
        assert_eq!(allowed(&attempts, "ann", start), 5);
        assert_eq!(allowed(&attempts, "ann", start + REST / 2), 0);
        assert_eq!(allowed(&attempts, "ann", start + REST), 5);
    }

    #[test]
    fn a_success_releases_itself_alone() {
        let attempts = Attempts::default();
        let start = NOW + REST;
        for _ in 0..4 {
            attempts.begin("ann", start);
        }
        assert!(attempts.begin("ann", start));
        attempts.release("ann");
        assert_eq!(allowed(&attempts, "ann", start), 1);
    }

    #[test]
    fn trying_other_names_never_makes_a_name_fresh_again() {
        let attempts = Attempts::default();
        let start = NOW + REST;
        assert_eq!(allowed(&attempts, "ann", start), 5);
        for other in 0..100_000 {
            attempts.begin(&format!("other-{other}"), start);
        }
        assert_eq!(allowed(&attempts, "ann", start), 0);
    }
}
