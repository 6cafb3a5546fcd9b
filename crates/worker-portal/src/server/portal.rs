//! The state that handlers share.

use std::sync::Arc;

use super::attempts::Attempts;
use super::hashing::Hashing;
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
    pub attempts: Attempts,
}

impl<D: Desk> Portal<D> {
    pub fn new(desk: Arc<D>, settings: PortalSettings) -> Self {
        Self {
            desk,
            settings,
            attempts: Attempts::default(),
        }
    }
}
