//! How much a rendering may do before it is ended.
//!
//! Steps bound its time as long as one step is short, bytes its memory; the
//! clock bounds the sum of what no step counts, such as a `case` with a
//! thousand `when`. A budget once spent stays spent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use liquid_core::model::ValueView;
use liquid_core::{Error, Result, Runtime};

/// Tags, loop turns, filters and the names of a path. A few seconds of an unoptimised build; a
/// page of a thousand rows takes some ten thousand.
const MOST_STEPS: usize = 1_000_000;
/// A loop's input has at most 3 MiB. A page that shows all of it, escaped, stays below.
const MOST_WRITTEN: usize = 16 << 20;
/// Read from variables, and taken and given by filters.
const MOST_BYTES: usize = 64 << 20;
/// What a value weighs besides its text.
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
    spent: Option<&'static str>,
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

    fn new(time: Duration, abandoned: Arc<AtomicBool>) -> Self {
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
    pub fn spent(&self) -> Option<&'static str> {
        self.spent
    }

    fn take(
        &mut self,
        amount: usize,
        of: fn(&mut Self) -> &mut usize,
        reason: &'static str,
    ) -> Option<&'static str> {
        if self.spent.is_none() {
            let left = of(self);
            if amount > *left {
                self.spent = Some(reason);
            } else {
                *left -= amount;
            }
        }
        self.spent
    }

    fn steps(&mut self, count: usize) -> Option<&'static str> {
        if self.abandoned.load(Ordering::Relaxed) {
            self.spent = Some("nobody waits for it any more");
        } else if Instant::now() > self.until {
            self.spent = Some("it takes more than 10 seconds");
        }
        let reason = "it takes more than 1000000 tags, loop turns and filters";
        self.take(count, |budget| &mut budget.steps, reason)
    }

    fn write(&mut self, count: usize) -> Option<&'static str> {
        let reason = "it writes more than 16 MiB";
        self.take(count, |budget| &mut budget.written, reason)
    }

    fn bytes(&mut self, count: usize) -> Option<&'static str> {
        let reason = "its variables and filters take more than 64 MiB";
        self.take(count, |budget| &mut budget.bytes, reason)
    }
}

/// Takes steps from the rendering's budget.
pub fn take_steps(runtime: &dyn Runtime, count: usize) -> Result<()> {
    checked(runtime.registers().get_mut::<Budget>().steps(count))
}

/// Takes what is about to be written.
pub fn take_written(runtime: &dyn Runtime, count: usize) -> Result<()> {
    checked(runtime.registers().get_mut::<Budget>().write(count))
}

/// Takes bytes that a value has, or will have.
pub fn take_bytes(runtime: &dyn Runtime, count: usize) -> Result<()> {
    checked(runtime.registers().get_mut::<Budget>().bytes(count))
}

fn checked(spent: Option<&'static str>) -> Result<()> {
    spent.map_or(Ok(()), |reason| Err(Error::with_msg(reason)))
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
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use super::Budget;

    #[test]
    fn a_budget_ends_with_its_time_and_stays_spent() {
        let mut budget = Budget::new(Duration::ZERO, Arc::default());
        while budget.steps(0).is_none() {
            // The clock has not ticked yet.
        }
        assert_eq!(budget.spent(), Some("it takes more than 10 seconds"));
        assert_eq!(budget.write(1), budget.spent());
    }

    #[test]
    fn a_rendering_that_nobody_waits_for_ends_at_its_next_step() {
        let abandoned = Arc::new(AtomicBool::new(false));
        let mut budget = Budget::abandonable(Arc::clone(&abandoned));
        assert_eq!(budget.steps(1), None);
        abandoned.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(budget.steps(1), Some("nobody waits for it any more"));
    }
}
