//! The time that a training may take.

use std::time::Instant;

/// A probe takes a few steps alone on a machine that is warm: the rest is for what it does not see.
const USED: f64 = 0.9;

#[derive(Clone, Copy, Debug)]
pub struct Budget {
    started: Instant,
    /// 0 for no limit.
    seconds: u64,
}

impl Budget {
    pub fn new(started: Instant, seconds: u64) -> Budget {
        Budget { started, seconds }
    }

    /// `None` without a limit.
    pub fn left(&self) -> Option<f64> {
        let all = (self.seconds > 0).then_some(self.seconds as f64)?;
        Some((all - self.started.elapsed().as_secs_f64()).max(0.0))
    }
}

/// Epochs that fit, at most those that are wanted.
pub fn epochs(left: f64, of_one: f64, wanted: u32) -> u32 {
    let fit = |epochs: &u32| f64::from(*epochs) * of_one <= USED * left;
    (1..=wanted).rfind(fit).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_are_as_many_as_fit() {
        for (left, of_one, expected) in [
            (1000.0, 10.0, 3),
            (100.0, 40.0, 2),
            (100.0, 95.0, 0),
            (0.0, 1.0, 0),
        ] {
            assert_eq!(epochs(left, of_one, 3), expected, "{left} {of_one}");
        }
    }

    #[test]
    fn without_a_limit_nothing_is_left_out() {
        let now = Instant::now();
        assert_eq!(Budget::new(now, 0).left(), None);
        assert!(Budget::new(now, 60).left().is_some_and(|left| left > 50.0));
    }
}
