//! Sessions in memory, for a desk that lives as long as its process: a restart asks for the password again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use time::{Duration, OffsetDateTime};

/// A working day; SageMaker's own worker portal asks again after as long.
pub(crate) const LIFETIME: Duration = Duration::hours(8);

/// What a desk keeps of each session, by its token.
pub struct Sessions<T>(Mutex<HashMap<String, Kept<T>>>);

struct Kept<T> {
    session: T,
    expires: OffsetDateTime,
}

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Sessions<T> {
    /// The token has 128 unguessable bits or more.
    pub fn open(&self, token: &str, session: T, now: OffsetDateTime) {
        let expires = now + LIFETIME;
        let mut sessions = self.lock();
        sessions.retain(|_, kept| kept.expires > now);
        sessions.insert(token.to_owned(), Kept { session, expires });
    }

    pub fn find(&self, token: &str, now: OffsetDateTime) -> Option<T> {
        let sessions = self.lock();
        let kept = sessions.get(token).filter(|kept| kept.expires > now);
        kept.map(|kept| kept.session.clone())
    }

    pub fn close(&self, token: &str) {
        self.lock().remove(token);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lasts_until_it_is_closed_or_a_working_day_is_over() {
        let (sessions, start) = (Sessions::default(), OffsetDateTime::UNIX_EPOCH);
        sessions.open("a", "ann", start);
        sessions.open("b", "bob", start);
        assert_eq!(sessions.find("a", start), Some("ann"));
        assert_eq!(sessions.find("c", start), None);
        sessions.close("a");
        assert_eq!(sessions.find("a", start), None);
        assert_eq!(
            sessions.find("b", start + LIFETIME - Duration::SECOND),
            Some("bob")
        );
        assert_eq!(sessions.find("b", start + LIFETIME), None);
        // What is over is not kept either.
        sessions.open("d", "dan", start + LIFETIME);
        assert_eq!(sessions.lock().len(), 1);
    }
}
