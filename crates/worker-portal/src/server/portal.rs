//! The state that handlers share.

use std::sync::Arc;

use super::attempts::Attempts;
use super::hashing::Hashing;
use crate::desk::Desk;

pub struct PortalSettings {
    /// The host names (without port) that requests may be addressed to; `None` where whoever passes requests on has
    /// looked at it.
    pub hosts: Option<Vec<String>>,
    /// Origins that a task's frame may load granted files from.
    pub file_origins: Vec<String>,
    /// Of the program that mounts the portal: what else it hashes takes its turn among the sign-ins.
    pub hashing: Arc<Hashing>,
}

impl PortalSettings {
    /// Of a Lambda function: it answers under its URL's own name alone, and its desk hashes nothing.
    pub fn behind_a_function_url() -> Self {
        Self {
            hosts: None,
            file_origins: Vec::new(),
            hashing: Arc::default(),
        }
    }
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
