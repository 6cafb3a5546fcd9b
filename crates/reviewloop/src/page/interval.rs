//! An interval of the evaluation as the report's.

use contracts::evaluation::Interval;

pub fn bounds(interval: &Interval) -> (f64, f64) {
    (interval.low, interval.high)
}

pub fn interval(value: f64, interval: &Interval) -> report::Interval {
    report::Interval {
        value,
        low: interval.low,
        high: interval.high,
    }
}
