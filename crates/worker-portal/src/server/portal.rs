//! The state that handlers share.

use std::sync::Arc;

use axum::http::HeaderMap;

use super::attempts::Attempts;
use super::hashing::Hashing;
use super::session::{Session, Sessions};
use crate::desk::Desk;

pub struct PortalSettings {
    /// The host names (without port) that requests may be addressed to.
    pub hosts: Vec<String>,
    /// Origins that a task's frame may load granted files from.
    pub file_origins: Vec<String>,
    /// Of the program that mounts the portal: what else it hashes takes its turn among the sign-ins.
    pub hashing: Arc<Hashing>,
}

pub struct Portal<D> {
    pub desk: Arc<D>,
    pub settings: PortalSettings,
    pub sessions: Sessions,
    pub attempts: Attempts,
}

impl<D: Desk> Portal<D> {
    pub fn new(desk: Arc<D>, settings: PortalSettings) -> Self {
        Self {
            desk,
            settings,
            sessions: Sessions::default(),
            attempts: Attempts::default(),
        }
    }

    /// The session of the request's cookie, if the worker's password is still the one that it was
    /// opened with.
    pub async fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let session = self.sessions.find(headers, self.desk.now())?;
        if self.desk.is_current(&session.worker).await {
            return Some(session);
        }
        self.sessions.close(&session);
        None
    }
}
