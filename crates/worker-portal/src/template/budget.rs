//! How much a rendering may do before it is ended.
//!
//! Steps bound its time as long as one step is short, bytes its memory; the
//! clock bounds the sum of all that no step counts, such as the `when`s of a
//! `case`. A budget once spent stays spent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use liquid_core::model::ValueView;
use liquid_core::{Result, Runtime};
use thiserror::Error;

/// Tags, loop turns, filters and the names of a path. A few seconds of an unoptimised build; a
/// page of a thousand rows takes some ten thousand.
const MOST_STEPS: usize = 1_000_000;
/// A loop's input has at most 3 MiB. A page that shows all of it, escaped, stays below.
const MOST_WRITTEN: usize = 16 << 20;
/// Read from variables, and taken and given by filters.
const MOST_BYTES: usize = 64 << 20;
/// A value's weight besides its text.
pub const BYTES_OF_A_VALUE: usize = 16;
/// A task's page renders in milliseconds.
const LONGEST: Duration = Duration::from_secs(10);

/// A register of the rendering.
pub struct Budget {
    steps: usize,
    written: usize,
    bytes: usize,
    until: Instant,
    abandoned: Arc<AtomicBool>,
    spent: Option<Spent>,
}

/// The bound that a rendering reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Spent {
    #[error("it takes more than {} tags, loop turns and filters", MOST_STEPS)]
    Steps,
    #[error("it writes more than {} bytes", MOST_WRITTEN)]
    Written,
    #[error("its variables and filters take more than {} bytes", MOST_BYTES)]
    Bytes,
    #[error("it takes more than {} seconds", LONGEST.as_secs())]
    Time,
    #[error("its caller has gone")]
    Abandoned,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(LONGEST, Arc::default())
    }
}

impl Budget {
    /// Ends at the next step once it is `abandoned`.
    pub fn abandonable(abandoned: Arc<AtomicBool>) -> Self {
        Self::new(LONGEST, abandoned)
    }

    pub fn new(time: Duration, abandoned: Arc<AtomicBool>) -> Self {
        Self {
            steps: MOST_STEPS,
            written: MOST_WRITTEN,
            bytes: MOST_BYTES,
            until: Instant::now() + time,
            abandoned,
            spent: None,
        }
    }

    /// Why the rendering was ended.
    pub fn spent(&self) -> Option<Spent> {
        self.spent
    }

    fn take(&mut self, kind: Spent, amount: usize) -> Result<(), Spent> {
        if let Some(spent) = self.spent {
            return Err(spent);
        }
        let left = match kind {
            Spent::Steps => &mut self.steps,
            Spent::Written => &mut self.written,
            _ => &mut self.bytes,
        };
        if self.abandoned.load(Ordering::Relaxed) {
            self.spent = Some(Spent::Abandoned);
        } else if Instant::now() > self.until {
            self.spent = Some(Spent::Time);
        } else if amount > *left {
            self.spent = Some(kind);
        } else {
            *left -= amount;
        }
        self.spent.map_or(Ok(()), Err)
    }
}

/// Takes steps from the rendering's budget.
pub fn take_steps(runtime: &dyn Runtime, count: usize) -> Result<()> {
    take(runtime, Spent::Steps, count)
}

/// Takes bytes that are about to be written.
pub fn take_written(runtime: &dyn Runtime, count: usize) -> Result<()> {
    take(runtime, Spent::Written, count)
}

/// Takes bytes that a value has, or will have.
pub fn take_bytes(runtime: &dyn Runtime, count: usize) -> Result<()> {
    take(runtime, Spent::Bytes, count)
}

fn take(runtime: &dyn Runtime, kind: Spent, amount: usize) -> Result<()> {
    let mut budget = runtime.registers().get_mut::<Budget>();
    budget
        .take(kind, amount)
        .map_err(|spent| liquid_core::Error::with_msg(spent.to_string()))
}

/// About the bytes of a value.
pub fn weight(value: &dyn ValueView) -> usize {
    let inner: usize = if let Some(array) = value.as_array() {
        array.values().map(weight).sum()
    } else if let Some(object) = value.as_object() {
        object
            .iter()
            .map(|(name, value)| name.len() + weight(value))
            .sum()
    } else {
        value.as_scalar().map_or(0, |scalar| scalar.to_kstr().len())
    };
    BYTES_OF_A_VALUE + inner
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::{Budget, Spent};

    #[test]
    fn a_budget_ends_with_its_time_and_stays_spent() {
        let mut budget = Budget::new(Duration::ZERO, Arc::default());
        while budget.take(Spent::Steps, 0).is_ok() {
            // The clock has not ticked yet.
        }
        assert_eq!(budget.spent(), Some(Spent::Time));
        assert_eq!(budget.take(Spent::Written, 0), Err(Spent::Time));
    }

    #[test]
    fn a_rendering_that_nobody_waits_for_ends_at_its_next_step() {
        let abandoned = Arc::new(AtomicBool::new(false));
        let mut budget = Budget::abandonable(Arc::clone(&abandoned));
        assert_eq!(budget.take(Spent::Steps, 1), Ok(()));
        abandoned.store(true, Ordering::Relaxed);
        assert_eq!(budget.take(Spent::Steps, 1), Err(Spent::Abandoned));
    }
}
