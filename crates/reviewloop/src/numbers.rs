//! The evaluation's numbers as people read them, in the report's words.

use contracts::evaluation::Interval;
use report::format;

pub fn interval(value: f64, interval: &Interval) -> report::Interval {
    report::Interval {
        value,
        low: interval.low,
        high: interval.high,
    }
}

pub fn bounds(interval: &Interval) -> (f64, f64) {
    (interval.low, interval.high)
}

/// `0.812` with its interval as `81.2 % (78.0 to 84.0)`.
pub fn scored(value: f64, measured: &Interval) -> String {
    format::interval(&interval(value, measured))
}

/// A difference in percentage points, always with its sign.
pub fn points(value: f64, measured: &Interval) -> String {
    format::points(&interval(value, measured))
}
