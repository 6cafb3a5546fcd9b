//! When a record was so: a text of ISO 8601, or seconds since 1970.
//!
//! Source: the API reference, `CreateFeatureGroup`, `EventTimeFeatureName`.

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::feature::FeatureType;
use local_core::timestamp::Timestamp;

/// The two forms that AWS takes, `2026-01-31T08:15:00Z` and `2026-01-31T08:15:00.123Z`, by their lengths.
const LENGTHS: [usize; 2] = [20, 24];

/// The year 9999, which the clock's type ends with.
const MOST_SECONDS: f64 = 253_370_764_800.0;

/// `None` for what is no event time of the feature's type.
pub fn read(kind: FeatureType, text: &str) -> Option<Timestamp> {
    match kind {
        FeatureType::String => of_text(text),
        FeatureType::Fractional => of_seconds(text),
        FeatureType::Integral => None,
    }
}

fn of_text(text: &str) -> Option<Timestamp> {
    let is_form = LENGTHS.contains(&text.len()) && text.ends_with('Z');
    if !is_form || text.as_bytes()[10] != b'T' {
        return None;
    }
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .map(Timestamp::from)
}

fn of_seconds(text: &str) -> Option<Timestamp> {
    let seconds: f64 = text.parse().ok()?;
    if !(0.0..MOST_SECONDS).contains(&seconds) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "in range, and rounded")]
    let milliseconds = (seconds * 1000.0).round() as i64;
    let time = OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(milliseconds);
    Some(Timestamp::from(time))
}

#[cfg(test)]
mod tests {
    use super::{FeatureType, read};

    #[test]
    fn texts_of_two_forms_and_seconds_are_event_times() {
        let text = |text| read(FeatureType::String, text).map(|time| time.millis());
        assert_eq!(text("1970-01-01T00:00:01Z"), Some(1000));
        assert_eq!(text("1970-01-01T00:00:01.250Z"), Some(1250));
        for bad in [
            "1970-01-01",
            "1970-01-01T00:00:01",
            "1970-01-01 00:00:01Z",
            "1970-01-01T00:00:01.2Z",
            "1970-01-01T00:00:01+00:00",
            "1970-13-01T00:00:01Z",
            "1",
        ] {
            assert_eq!(text(bad), None, "{bad}");
        }
        let seconds = |text| read(FeatureType::Fractional, text).map(|time| time.millis());
        assert_eq!(seconds("1.25"), Some(1250));
        assert_eq!(seconds("1614556800"), Some(1_614_556_800_000));
        assert_eq!(seconds("1614556800.123"), Some(1_614_556_800_123));
        for bad in ["-1", "NaN", "1e300", "1970-01-01T00:00:01Z", ""] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
