//! Workers' sessions. They live in memory: a restart asks for the password again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use time::{Duration, OffsetDateTime};

use super::cookie::token;
use crate::desk::Worker;

/// A working day; SageMaker's own worker portal asks again after as long.
pub const LIFETIME: Duration = Duration::hours(8);

#[derive(Clone)]
pub struct Session {
    pub token: String,
    pub csrf: String,
    pub worker: Worker,
    pub must_choose_password: bool,
    /// Tasks answered since signing in: the "3" of "3 of 40".
    pub answered: usize,
    expires: OffsetDateTime,
}

#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// `token` and `csrf` are unguessable.
    pub fn open(
        &self,
        worker: Worker,
        must_choose_password: bool,
        (token, csrf): (String, String),
        now: OffsetDateTime,
    ) -> Session {
        let session = Session {
            token: token.clone(),
            csrf,
            worker,
            must_choose_password,
            answered: 0,
            expires: now + LIFETIME,
        };
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.expires > now);
        sessions.insert(token, session.clone());
        session
    }

    pub fn find(&self, headers: &HeaderMap, now: OffsetDateTime) -> Option<Session> {
        self.lock()
            .get(token(headers)?)
            .filter(|session| session.expires > now)
            .cloned()
    }

    pub fn close(&self, session: &Session) {
        self.lock().remove(&session.token);
    }

    pub fn count_answer(&self, session: &Session) {
        if let Some(session) = self.lock().get_mut(&session.token) {
            session.answered += 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
