//! Schedule expressions.

use std::time::Duration;

use local_core::wire::AwsError;

/// AWS names no bound; a hundred years keep every date within the calendar.
const LONGEST_SECONDS: u64 = 100 * 366 * 24 * 60 * 60;

/// The period of `rate(VALUE UNIT)`. `cron(...)` is refused by name.
pub fn rate(expression: &str) -> Result<Duration, AwsError> {
    if expression.starts_with("cron(") || expression.starts_with("at(") {
        return Err(AwsError::unsupported(format!(
            "local-aws honours rate(...) only, not {expression}: give the schedule as a parameter"
        )));
    }
    let invalid = || AwsError::validation("Parameter ScheduleExpression is not valid.");
    let inside = expression
        .strip_prefix("rate(")
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or_else(invalid)?;
    let (value, unit) = inside.split_once(' ').ok_or_else(invalid)?;
    let value: u64 = value.parse().map_err(|_| invalid())?;
    // AWS insists on the right number of the noun.
    let unit_seconds = match (value, unit) {
        (1, "minute") | (2.., "minutes") => 60,
        (1, "hour") | (2.., "hours") => 60 * 60,
        (1, "day") | (2.., "days") => 24 * 60 * 60,
        _ => return Err(invalid()),
    };
    value
        .checked_mul(unit_seconds)
        .filter(|seconds| *seconds <= LONGEST_SECONDS)
        .map(Duration::from_secs)
        .ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn rates_are_read_as_eventbridge_reads_them() {
        let table = [
            ("rate(1 minute)", Some(60)),
            ("rate(5 minutes)", Some(300)),
            ("rate(1 hour)", Some(3_600)),
            ("rate(2 days)", Some(172_800)),
            ("rate(1 minutes)", None),
            ("rate(5 minute)", None),
            ("rate(0 minutes)", None),
            ("rate(18446744073709551615 minutes)", None),
            ("rate(40000 days)", None),
            ("rate(5)", None),
            ("5 minutes", None),
        ];
        for (expression, seconds) in table {
            assert_eq!(
                rate(expression).ok().map(|rate| rate.as_secs()),
                seconds,
                "{expression}"
            );
        }
    }

    #[test]
    fn a_cron_expression_is_refused_by_name() {
        let error = rate("cron(0 10 * * ? *)").expect_err("cron");
        assert!(
            error.message.contains("cron(0 10 * * ? *)"),
            "{}",
            error.message
        );
    }
}
