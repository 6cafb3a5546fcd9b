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

/// A hyperparameter's value: a long number with four digits that count.
pub fn hyperparameter(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if value.len() > 8 => significant(number),
        _ => value.chars().take(14).collect(),
    }
}

fn significant(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "an exponent of a double")]
    let exponent = number.abs().log10().floor() as i32;
    match usize::try_from(3 - exponent) {
        Ok(digits) if digits < 10 => format!("{number:.digits$}"),
        _ => format!("{number:.3e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::hyperparameter;

    #[test]
    fn a_long_number_has_four_digits_and_other_values_are_themselves() {
        for (value, expected) in [
            ("0.015124642421757609", "0.01512"),
            ("46.06565080595468", "46.07"),
            ("0.0000012345678", "0.000001235"),
            ("123456.78901", "1.235e5"),
            ("0.000000012345", "1.235e-8"),
            ("128", "128"),
            ("Title,Review Text", "Title,Review T"),
        ] {
            assert_eq!(hyperparameter(value), expected);
        }
    }
}
