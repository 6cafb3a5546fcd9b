//! Who is signed in. Sessions live in memory: a restart asks for the password again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header;
use time::{Duration, OffsetDateTime};

use crate::desk::Worker;

const COOKIE: &str = "worker-session";
/// A working day; SageMaker's own worker portal asks again after as long.
const LIFETIME: Duration = Duration::hours(8);

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
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| session.expires > now);
        sessions.insert(token, session.clone());
        session
    }

    pub fn find(&self, headers: &HeaderMap, now: OffsetDateTime) -> Option<Session> {
        let token = cookie(headers)?;
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions
            .get(token)
            .filter(|session| session.expires > now)
            .cloned()
    }

    pub fn close(&self, session: &Session) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&session.token);
    }

    pub fn count_answer(&self, session: &Session) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = sessions.get_mut(&session.token) {
            session.answered += 1;
        }
    }
}

/// The `Set-Cookie` that carries the session; scripts never see it, other sites never send it.
pub fn set_cookie(session: &Session) -> String {
    format!(
        "{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}",
        session.token,
        LIFETIME.whole_seconds()
    )
}

pub fn clear_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| token)
}
