//! Dates and times as far as they can be written. For others, among them numpy's mark of a missing time, parquet's text panics
//! or is none.

use parquet::record::Field;

/// Days since 1970, of the years 1 to 9999.
const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;
const DAY_MILLISECONDS: i64 = 24 * 3600 * 1000;
const DAY_MICROSECONDS: i64 = DAY_MILLISECONDS * 1000;

pub const OUT_OF_RANGE: &str = "date or time out of range";
pub const RANGE: &str = "dates are of the years 1 to 9999, times of day below 24 hours";

pub fn is_out_of_range(field: &Field) -> bool {
    match field {
        Field::Date(days) => !DAYS.contains(&i64::from(*days)),
        Field::TimestampMillis(time) => !DAYS.contains(&time.div_euclid(DAY_MILLISECONDS)),
        Field::TimestampMicros(time) => !DAYS.contains(&time.div_euclid(DAY_MICROSECONDS)),
        Field::TimeMillis(time) => !(0..DAY_MILLISECONDS).contains(&i64::from(*time)),
        Field::TimeMicros(time) => !(0..DAY_MICROSECONDS).contains(time),
        Field::Group(row) => row
            .get_column_iter()
            .any(|(_, field)| is_out_of_range(field)),
        Field::ListInternal(list) => list.elements().iter().any(is_out_of_range),
        Field::MapInternal(map) => {
            let mut entries = map.entries().iter();
            entries.any(|(key, value)| is_out_of_range(key) || is_out_of_range(value))
        }
        _ => false,
    }
}
