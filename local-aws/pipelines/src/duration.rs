//! ISO 8601 durations.

/// The length of an ISO 8601 duration. A month counts 30 days and a year 365: the calendar's own
/// lengths would need a date to start from.
pub fn seconds(duration: &str) -> Option<i64> {
    const DAY: i64 = 24 * 3600;
    let rest = duration.to_ascii_uppercase();
    let rest = rest.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let date_units = [
        ('Y', 365 * DAY),
        ('M', 30 * DAY),
        ('W', 7 * DAY),
        ('D', DAY),
    ];
    let time_units = [('H', 3600), ('M', 60), ('S', 1)];
    if date.is_empty() && time.is_empty() {
        return None;
    }
    Some(sum(date, &date_units)? + sum(time, &time_units)?)
}

fn sum(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total = 0;
    let mut rest = text;
    let mut units = units.iter();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..end].parse().ok()?;
        let unit = rest[end..].chars().next()?;
        // Each unit at most once and in order: the iterator only goes forward.
        let (_, length) = units.find(|(name, _)| *name == unit)?;
        total += number.checked_mul(*length)?;
        rest = &rest[end + 1..];
    }
    Some(total)
}
