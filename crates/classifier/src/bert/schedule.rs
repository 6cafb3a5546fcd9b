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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_learning_rate_rises_and_falls_in_straight_lines() {
        let schedule = Schedule::new(1.0, 0.1, 100);
        let rates: Vec<f64> = (0..100).map(|step| schedule.rate(step)).collect();
        assert!(rates[0] > 0.0 && rates[..10].is_sorted());
        assert!((rates[10] - 1.0).abs() < 1e-9 && (rates[55] - 0.5).abs() < 1e-9);
        assert!(rates[99] > 0.0 && schedule.rate(100) == 0.0);
    }
}
