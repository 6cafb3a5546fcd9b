//! Scores as people read them in a terminal.

use contracts::evaluation::Interval;

/// `0.812` with its interval as `81.2 % (78.0 to 84.0)`.
pub fn scored(value: f64, interval: &Interval) -> String {
    format!(
        "{:.1} % ({:.1} to {:.1})",
        value * 100.0,
        interval.low * 100.0,
        interval.high * 100.0
    )
}

/// A difference in percentage points, always with its sign.
pub fn points(value: f64, interval: &Interval) -> String {
    format!(
        "{:+.1} points ({:+.1} to {:+.1})",
        value * 100.0,
        interval.low * 100.0,
        interval.high * 100.0
    )
}

/// `41` as `41.0 s`, `131` as `2 min 11 s`.
pub fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let minutes = (seconds / 60.0).floor();
    format!(
        "{minutes:.0} min {:02.0} s",
        (seconds - minutes * 60.0).floor()
    )
}

/// The version at the end of a model package's ARN.
pub fn version_of(model_package_arn: &str) -> &str {
    model_package_arn.rsplit('/').next().unwrap_or_default()
}
