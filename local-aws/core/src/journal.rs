//! What was delivered to whom, for the command line to show live.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use time::OffsetDateTime;
use tokio::sync::broadcast;

/// An event reached a target.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    #[serde(with = "time::serde::rfc3339")]
    pub time: OffsetDateTime,
    pub source: String,
    pub detail_type: String,
    /// The function's name, or the target's ARN if it is none.
    pub function: String,
}

/// The last deliveries, and the listeners for the next.
#[derive(Debug)]
pub struct Journal {
    recent: Mutex<VecDeque<Delivery>>,
    sender: broadcast::Sender<Delivery>,
}

/// One demo makes a few hundred; a slow listener loses the oldest and learns how many.
const KEPT: usize = 1_000;

impl Default for Journal {
    fn default() -> Self {
        Self {
            recent: Mutex::default(),
            sender: broadcast::Sender::new(KEPT),
        }
    }
}

impl Journal {
    pub fn push(&self, delivery: &Delivery) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == KEPT {
            recent.pop_front();
        }
        recent.push_back(delivery.clone());
        // An error only says that there is no listener.
        let _ = self.sender.send(delivery.clone());
    }

    /// The last thousand, oldest first.
    pub fn recent(&self) -> Vec<Delivery> {
        self.recent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    /// Every delivery from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Delivery> {
        self.sender.subscribe()
    }
}
