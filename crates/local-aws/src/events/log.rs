//! What was delivered to whom, for the command line to show live.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use time::OffsetDateTime;
use tokio::sync::broadcast;

use crate::cloud::Cloud;

/// An event reached a target.
#[derive(Debug, Clone, Serialize)]
pub struct Woken {
    #[serde(with = "time::serde::rfc3339")]
    pub time: OffsetDateTime,
    pub source: String,
    pub detail_type: String,
    /// The function's name, or the target's ARN if it is none.
    pub function: String,
}

/// The last deliveries, and whoever listens for the next.
#[derive(Debug)]
pub struct Log {
    recent: Mutex<VecDeque<Woken>>,
    sender: broadcast::Sender<Woken>,
}

/// One demo makes a few hundred; a slow listener loses the oldest and learns how many.
const KEPT: usize = 1_000;

impl Default for Log {
    fn default() -> Self {
        Self {
            recent: Mutex::default(),
            sender: broadcast::Sender::new(KEPT),
        }
    }
}

impl Log {
    pub(super) fn push(&self, woken: &Woken) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == KEPT {
            recent.pop_front();
        }
        recent.push_back(woken.clone());
        // Nobody listens: that is fine.
        let _ = self.sender.send(woken.clone());
    }

    /// The last thousand, oldest first.
    pub fn recent(&self) -> Vec<Woken> {
        self.recent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
}

/// Every delivery from now on.
pub fn subscribe(cloud: &Cloud) -> broadcast::Receiver<Woken> {
    cloud.deliveries.sender.subscribe()
}
