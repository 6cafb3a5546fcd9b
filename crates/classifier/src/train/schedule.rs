//! The learning rate over time.

/// Linear rise over the first `warmup` steps, then linear fall to zero at `steps`.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    peak: f64,
    warmup: f64,
    steps: f64,
}

impl Schedule {
    pub fn new(peak: f64, warmup_ratio: f64, steps: usize) -> Schedule {
        let steps = steps as f64;
        Schedule {
            peak,
            warmup: (steps * warmup_ratio).ceil(),
            steps,
        }
    }

    /// For a step counted from 0. The first step's rate is above zero, or it would be a wasted one.
    pub fn rate(&self, step: usize) -> f64 {
        let step = step as f64;
        if step < self.warmup {
            self.peak * (step + 1.0) / (self.warmup + 1.0)
        } else {
            self.peak * (self.steps - step).max(0.0) / (self.steps - self.warmup).max(1.0)
        }
    }
}
