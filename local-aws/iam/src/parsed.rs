//! Documents that were read once, in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::Policy;

/// By the document's own text: a row that changes has another text, so nothing here is ever stale.
#[derive(Default)]
pub struct Parsed(Mutex<HashMap<String, Arc<Policy>>>);

/// As many texts as a few deployments have; beyond, all are read again.
const MOST: usize = 1000;

impl Parsed {
    /// None for a document that cannot be read: it was checked when it was stored, and allows nothing.
    pub fn of(&self, document: &str) -> Option<Arc<Policy>> {
        let mut parsed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(policy) = parsed.get(document) {
            return Some(policy.clone());
        }
        let policy = Arc::new(Policy::parse(document).ok()?);
        if parsed.len() >= MOST {
            parsed.clear();
        }
        parsed.insert(document.to_owned(), policy.clone());
        Some(policy)
    }
}
