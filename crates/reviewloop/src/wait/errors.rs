//! Which errors of a look end the looking: all but those that pass by themselves, and those too in the end.

use std::time::{Duration, Instant};

use crate::sentence::passes;

/// The errors of looks that follow each other.
pub struct Errors {
    patience: Duration,
    since: Option<Instant>,
    told: String,
}

impl Errors {
    /// For as long as this.
    pub fn within(patience: Duration) -> Self {
        Self {
            patience,
            since: None,
            told: String::new(),
        }
    }

    /// A look has succeeded.
    pub fn are_over(&mut self) {
        *self = Self::within(self.patience);
    }

    /// An error that passes is told once, and the next look may succeed; any other one comes back.
    pub fn endure(&mut self, error: anyhow::Error) -> anyhow::Result<()> {
        let since = self.since.get_or_insert_with(Instant::now);
        if !passes(&error) || since.elapsed() >= self.patience {
            return Err(error);
        }
        let said = format!("{error:#}");
        if said != self.told {
            eprintln!("reviewloop: {said}; it is looked at again");
            self.told = said;
        }
        Ok(())
    }
}
