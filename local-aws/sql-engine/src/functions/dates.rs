//! Dates and timestamps of milliseconds, in UTC.

mod formats;

use std::sync::Arc;

use arrow::datatypes::DataType;
use chrono::{DateTime, Datelike, Days, Months, NaiveDateTime, Timelike};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::row::{
    Function, Takes, Value, argument, bigint, double, functions, milliseconds, text, timestamp,
    utf8,
};
use crate::types::TIMESTAMP;

const DAY: i64 = 86_400_000;

pub fn all() -> Vec<Arc<ScalarUDF>> {
    functions(FUNCTIONS)
}

/// A function whose value is a number that a moment has.
macro_rules! part {
    ($name:literal, $part:expr) => {
        Function {
            name: $name,
            takes: &[Takes::Moment],
            optional: 0,
            variadic: false,
            returns: |_| DataType::Int64,
            rule: |row, _| {
                let part: fn(NaiveDateTime) -> i64 = $part;
                Ok(ScalarValue::Int64(Some(part(moment(milliseconds(
                    &row[0],
                ))?))))
            },
            nulls: false,
        }
    };
}

static FUNCTIONS: &[Function] = &[
    part!("year", |at| i64::from(at.year())),
    part!("quarter", |at| i64::from(at.month0() / 3 + 1)),
    part!("month", |at| i64::from(at.month())),
    part!("week", |at| i64::from(at.iso_week().week())),
    part!("day", |at| i64::from(at.day())),
    part!("day_of_week", |at| i64::from(
        at.weekday().number_from_monday()
    )),
    part!("day_of_year", |at| i64::from(at.ordinal())),
    part!("year_of_week", |at| i64::from(at.iso_week().year())),
    part!("hour", |at| i64::from(at.hour())),
    part!("minute", |at| i64::from(at.minute())),
    part!("second", |at| i64::from(at.second())),
    part!("millisecond", |at| i64::from(at.nanosecond() / 1_000_000)),
    Function {
        name: "date_trunc",
        takes: &[Takes::Text, Takes::Moment],
        optional: 0,
        variadic: false,
        returns: |kinds| kinds[1].clone(),
        rule: |row, kind| {
            let at = moment(milliseconds(&row[1]))?;
            let midnight = at.date().and_hms_opt(0, 0, 0);
            let cut = match text(&row[0]).to_lowercase().as_str() {
                "millisecond" => Some(at),
                "second" => at.with_nanosecond(0),
                "minute" => at.with_nanosecond(0).and_then(|at| at.with_second(0)),
                "hour" => at.date().and_hms_opt(at.hour(), 0, 0),
                "day" => midnight,
                "week" => midnight.and_then(|at| {
                    at.checked_sub_days(Days::new(u64::from(at.weekday().num_days_from_monday())))
                }),
                "month" => midnight.and_then(|at| at.with_day(1)),
                "quarter" => midnight
                    .and_then(|at| at.with_day(1))
                    .and_then(|at| at.with_month0(at.month0() / 3 * 3)),
                "year" => midnight
                    .and_then(|at| at.with_day(1))
                    .and_then(|at| at.with_month(1)),
                unit => return Err(argument(format!("'{unit}' is not a valid TIMESTAMP field"))),
            };
            of_kind(cut, kind)
        },
        nulls: false,
    },
    Function {
        name: "date_add",
        takes: &[Takes::Text, Takes::Bigint, Takes::Moment],
        optional: 0,
        variadic: false,
        returns: |kinds| kinds[2].clone(),
        rule: |row, kind| {
            let (unit, count, at) = (
                text(&row[0]).to_lowercase(),
                bigint(&row[1]),
                milliseconds(&row[2]),
            );
            let later = match length(&unit)? {
                Length::Milliseconds(unit) => count
                    .checked_mul(unit)
                    .and_then(|length| at.checked_add(length))
                    .and_then(|at| moment(at).ok()),
                Length::Months(unit) => {
                    let months = u32::try_from(count.unsigned_abs() * unit.unsigned_abs())
                        .map(Months::new)
                        .map_err(|_| argument("the date is out of range"))?;
                    let at = moment(at)?;
                    if count < 0 {
                        at.checked_sub_months(months)
                    } else {
                        at.checked_add_months(months)
                    }
                }
            };
            of_kind(later, kind)
        },
        nulls: false,
    },
    Function {
        name: "date_diff",
        takes: &[Takes::Text, Takes::Moment, Takes::Moment],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Int64,
        rule: |row, _| {
            let (from, to) = (milliseconds(&row[1]), milliseconds(&row[2]));
            let whole = match length(&text(&row[0]).to_lowercase())? {
                Length::Milliseconds(unit) => (to - from) / unit,
                Length::Months(unit) => whole_months(moment(from)?, moment(to)?) / unit,
            };
            Ok(ScalarValue::Int64(Some(whole)))
        },
        nulls: false,
    },
    Function {
        name: "last_day_of_month",
        takes: &[Takes::Moment],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Date32,
        rule: |row, kind| {
            let at = moment(milliseconds(&row[0]))?;
            let first = at
                .with_day(1)
                .and_then(|at| at.checked_add_months(Months::new(1)));
            of_kind(first.and_then(|at| at.checked_sub_days(Days::new(1))), kind)
        },
        nulls: false,
    },
    Function {
        name: "date",
        takes: &[Takes::Any],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Date32,
        rule: |row, kind| super::casts::value(&row[0], kind),
        nulls: false,
    },
    Function {
        name: "from_unixtime",
        takes: &[Takes::Double],
        optional: 0,
        variadic: false,
        returns: |_| zoned(),
        rule: |row, _| {
            let at = (double(&row[0]) * 1000.0).round() as i64;
            Ok(ScalarValue::TimestampMillisecond(
                Some(at),
                Some("UTC".into()),
            ))
        },
        nulls: false,
    },
    Function {
        name: "to_unixtime",
        takes: &[Takes::Timestamp],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Float64,
        rule: |row, _| {
            Ok(ScalarValue::Float64(Some(
                milliseconds(&row[0]) as f64 / 1000.0,
            )))
        },
        nulls: false,
    },
    Function {
        name: "from_iso8601_date",
        takes: &[Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Date32,
        rule: |row, kind| super::casts::value(&row[0], kind),
        nulls: false,
    },
    Function {
        name: "from_iso8601_timestamp",
        takes: &[Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| {
            DataType::Timestamp(arrow::datatypes::TimeUnit::Millisecond, Some("UTC".into()))
        },
        rule: |row, _| {
            let read = text(&row[0]);
            let zoned = DateTime::parse_from_rfc3339(read).map(|at| at.timestamp_millis());
            let bare = || {
                read.parse::<NaiveDateTime>()
                    .map(|at| at.and_utc().timestamp_millis())
            };
            let day = || {
                format!("{read}T00:00:00")
                    .parse::<NaiveDateTime>()
                    .map(|at| at.and_utc().timestamp_millis())
            };
            let at = zoned
                .or_else(|_| bare())
                .or_else(|_| day())
                .map_err(|_| argument(format!("Invalid format: \"{read}\"")))?;
            Ok(ScalarValue::TimestampMillisecond(
                Some(at),
                Some("UTC".into()),
            ))
        },
        nulls: false,
    },
    Function {
        name: "date_format",
        takes: &[Takes::Timestamp, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            Ok(utf8(formats::mysql_text(
                moment(milliseconds(&row[0]))?,
                text(&row[1]),
            )?))
        },
        nulls: false,
    },
    Function {
        name: "date_parse",
        takes: &[Takes::Text, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| TIMESTAMP,
        rule: |row, _| {
            Ok(timestamp(
                formats::mysql_moment(text(&row[0]), text(&row[1]))?
                    .and_utc()
                    .timestamp_millis(),
            ))
        },
        nulls: false,
    },
    Function {
        name: "format_datetime",
        takes: &[Takes::Timestamp, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            Ok(utf8(formats::joda_text(
                moment(milliseconds(&row[0]))?,
                text(&row[1]),
            )?))
        },
        nulls: false,
    },
];

fn zoned() -> DataType {
    DataType::Timestamp(arrow::datatypes::TimeUnit::Millisecond, Some("UTC".into()))
}

pub fn moment(milliseconds: i64) -> Result<NaiveDateTime> {
    let at = DateTime::from_timestamp_millis(milliseconds);
    at.map(|at| at.naive_utc())
        .ok_or_else(|| argument("the timestamp is out of range"))
}

fn of_kind(at: Option<NaiveDateTime>, kind: &DataType) -> Result<Value> {
    let milliseconds = at
        .ok_or_else(|| argument("the timestamp is out of range"))?
        .and_utc()
        .timestamp_millis();
    Ok(match kind {
        DataType::Date32 => ScalarValue::Date32(i32::try_from(milliseconds.div_euclid(DAY)).ok()),
        _ => timestamp(milliseconds),
    })
}

enum Length {
    Milliseconds(i64),
    Months(i64),
}

fn length(unit: &str) -> Result<Length> {
    Ok(match unit {
        "millisecond" => Length::Milliseconds(1),
        "second" => Length::Milliseconds(1000),
        "minute" => Length::Milliseconds(60_000),
        "hour" => Length::Milliseconds(3_600_000),
        "day" => Length::Milliseconds(DAY),
        "week" => Length::Milliseconds(7 * DAY),
        "month" => Length::Months(1),
        "quarter" => Length::Months(3),
        "year" => Length::Months(12),
        _ => return Err(argument(format!("'{unit}' is not a valid TIMESTAMP field"))),
    })
}

/// A month is whole when its day and time have come; the last day stands for the days that a month lacks.
fn whole_months(from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    if to < from {
        return -whole_months(to, from);
    }
    let months =
        i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
    let reached = u32::try_from(months)
        .ok()
        .and_then(|months| from.checked_add_months(Months::new(months)));
    if reached.is_some_and(|reached| reached > to) {
        months - 1
    } else {
        months
    }
}
