//! Numbers as people read them.

use crate::values::Interval;

/// `0.8131` as `81.3 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// `0.8131` with its interval as `81.3 % (78.0 to 84.2)`.
pub fn interval(score: &Interval) -> String {
    let (low, high) = (score.low * 100.0, score.high * 100.0);
    format!("{} ({low:.1} to {high:.1})", percent(score.value))
}

/// A difference in percentage points, always with its sign.
pub fn points(difference: &Interval) -> String {
    format!(
        "{:+.1} points ({:+.1} to {:+.1})",
        difference.value * 100.0,
        difference.low * 100.0,
        difference.high * 100.0
    )
}

/// Bounds of a share: `(0.78, 0.842)` as `(0.780 to 0.842)`.
pub fn range((low, high): (f64, f64)) -> String {
    format!("({low:.3} to {high:.3})")
}

/// A share with its bounds, if they were measured.
pub fn percent_range(value: f64, bounds: Option<(f64, f64)>) -> String {
    match bounds {
        Some((low, high)) => interval(&Interval { value, low, high }),
        None => percent(value),
    }
}

/// Three places say all that a decision can use.
pub fn p_value(p: f64) -> String {
    if p < 0.001 {
        "p < 0.001".to_owned()
    } else {
        format!("p = {p:.3}")
    }
}

/// As much of a name as fits beside a drawing.
pub fn shortened(name: &str, fits: usize) -> String {
    if name.chars().count() <= fits {
        return name.to_owned();
    }
    name.chars().take(fits - 1).chain(['…']).collect()
}

/// `17433` as `17,433`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `0.42` as `0.4 s`, `83.2` as `1 min 23 s`.
pub fn seconds(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let minutes = (seconds / 60.0).floor();
    format!(
        "{minutes:.0} min {:02.0} s",
        (seconds - minutes * 60.0).floor()
    )
}

/// Three figures are as much as a laptop's clock can tell.
pub fn milliseconds(milliseconds: f64) -> String {
    if milliseconds < 10.0 {
        format!("{milliseconds:.2} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}
