//! The time that a request asks for, in minutes: that is how metrics are kept.

use std::ops::Range;

use local_core::wire::AwsError;

/// How an operation refuses a wrong value.
pub type Refuse = fn(String) -> AwsError;

/// The minutes of a request: from the one that `StartTime` lies in to the last that begins before `EndTime`.
pub fn minutes(start: f64, end: f64, refuse: Refuse) -> Result<Range<i64>, AwsError> {
    let order = start.partial_cmp(&end);
    if order == Some(std::cmp::Ordering::Equal) {
        let reason = "The parameter StartTime must not equal parameter EndTime.";
        return Err(refuse(reason.to_owned()));
    }
    if order != Some(std::cmp::Ordering::Less) {
        let reason = "The parameter StartTime must be less than the parameter EndTime.";
        return Err(refuse(reason.to_owned()));
    }
    Ok(whole((start / 60.0).floor())..whole((end / 60.0).ceil()))
}

fn whole(minutes: f64) -> i64 {
    // No clock comes to it; beyond, sums of minutes would overflow.
    const LAST: f64 = 1e13;
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the last")]
    let whole = minutes.clamp(0.0, LAST) as i64;
    whole
}

/// A period's minutes.
pub fn period(seconds: i64, parameter: &str, refuse: Refuse) -> Result<i64, AwsError> {
    match seconds {
        1 | 5 | 10 | 20 | 30 => Err(AwsError::unsupported(format!(
            "local-aws keeps metrics by the minute, without high resolution: it does not honour {seconds} as \
             {parameter}"
        ))),
        _ if seconds < 60 || seconds % 60 != 0 => Err(refuse(format!(
            "The parameter {parameter} must be 1, 5, 10, 20, 30 or a multiple of 60."
        ))),
        _ => Ok(seconds / 60),
    }
}

/// The datapoints that a request asks for at most: of its times as they are, so that a day is 1,440 minutes at any
/// second.
pub fn datapoints(start: f64, end: f64, period: i64) -> i64 {
    whole(((end - start) / (period as f64 * 60.0)).ceil())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::errors::invalid;

    #[test]
    fn a_start_is_rounded_down_and_an_end_is_exclusive() {
        for (start, end, expected) in [
            (60.0, 120.0, 1..2),
            (60.0, 120.001, 1..3),
            (119.9, 120.0, 1..2),
            (0.0, 3600.0, 0..60),
        ] {
            let found = minutes(start, end, invalid).unwrap();
            assert_eq!(found, expected, "{start} {end}");
        }
    }

    #[test]
    fn a_day_has_as_many_minutes_at_any_second() {
        for start in [0.0, 59.5] {
            assert_eq!(datapoints(start, start + 86_400.0, 1), 1_440);
            assert_eq!(datapoints(start, start + 86_401.0, 1), 1_441);
        }
        assert_eq!(datapoints(0.0, 61.0, 5), 1);
    }

    #[test]
    fn times_and_periods_that_are_none_are_refused() {
        for (start, end, words) in [
            (60.0, 60.0, "must not equal"),
            (120.0, 60.0, "must be less than"),
        ] {
            let refused = minutes(start, end, invalid).unwrap_err();
            assert!(refused.message.contains(words), "{refused}");
        }
        for seconds in [-60, 0, 2, 45, 61, 90] {
            let refused = period(seconds, "Period", invalid).unwrap_err();
            assert_eq!(refused.query_code, Some("InvalidParameterValue"));
        }
        for seconds in [1, 5, 10, 20, 30] {
            assert!(period(seconds, "Period", invalid).unwrap_err().unsupported);
        }
        assert_eq!(period(300, "Period", invalid).unwrap(), 5);
    }
}
