//! What was recorded within some time.

use super::sketch::Sketch;

#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    pub samples: f64,
    pub sum: f64,
    pub minimum: f64,
    pub maximum: f64,
    distribution: Sketch,
}

impl Statistics {
    pub(super) fn of(value: f64) -> Self {
        Self {
            samples: 1.0,
            sum: value,
            minimum: value,
            maximum: value,
            distribution: Sketch::of(value),
        }
    }

    /// Those of both times.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.samples += other.samples;
        self.sum += other.sum;
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
        self.distribution.add(&other.distribution);
        self
    }

    /// A percentile from 0 to 100. As in CloudWatch there is none where a value is negative.
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        if self.minimum < 0.0 {
            return None;
        }
        if percent >= 100.0 {
            return Some(self.maximum);
        }
        let value = self.distribution.quantile(percent / 100.0);
        Some(value.clamp(self.minimum, self.maximum))
    }
}
