//! How Athena prints a value.

use std::fmt::Write;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::ScalarValue;
use datafusion::error::Result;

/// The text of a value, nothing for null.
pub fn text(value: &ScalarValue) -> Result<Option<String>> {
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(match value {
        ScalarValue::Utf8(Some(text))
        | ScalarValue::LargeUtf8(Some(text))
        | ScalarValue::Utf8View(Some(text)) => text.clone(),
        ScalarValue::Float64(Some(number)) => double(*number),
        ScalarValue::Float32(Some(number)) => real(*number),
        ScalarValue::Binary(Some(bytes))
        | ScalarValue::LargeBinary(Some(bytes))
        | ScalarValue::BinaryView(Some(bytes)) => {
            let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            bytes.join(" ")
        }
        ScalarValue::List(array) => format!("[{}]", elements(&array.value(0))?.join(", ")),
        ScalarValue::Map(array) => {
            let entries = array.value(0);
            let keys = elements(entries.column(0))?;
            let values = elements(entries.column(1))?;
            let entries: Vec<_> = keys
                .iter()
                .zip(&values)
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        ScalarValue::Struct(array) => {
            let mut printed = String::new();
            for (field, column) in array.fields().iter().zip(array.columns()) {
                let comma = if printed.is_empty() { "" } else { ", " };
                let value = nested(&ScalarValue::try_from_array(column, 0)?)?;
                let _ = match field.name().as_str() {
                    name if anonymous(name) => write!(printed, "{comma}{value}"),
                    name => write!(printed, "{comma}{name}={value}"),
                };
            }
            format!("{{{printed}}}")
        }
        other => simple(other)?,
    }))
}

/// A field of `ROW(1, 'a')` has no name; Arrow needs one.
pub fn anonymous(field: &str) -> bool {
    field
        .strip_prefix("field")
        .is_some_and(|number| number.parse::<u32>().is_ok())
}

fn elements(array: &dyn arrow::array::Array) -> Result<Vec<String>> {
    (0..array.len())
        .map(|row| nested(&ScalarValue::try_from_array(array, row)?))
        .collect()
}

fn nested(value: &ScalarValue) -> Result<String> {
    Ok(text(value)?.unwrap_or_else(|| "null".to_owned()))
}

fn simple(value: &ScalarValue) -> Result<String> {
    let (time, zone) = ("%Y-%m-%d %H:%M:%S%.3f", "%Y-%m-%d %H:%M:%S%.3f UTC");
    let options = FormatOptions::new()
        .with_timestamp_format(Some(time))
        .with_timestamp_tz_format(Some(zone));
    let array = value.to_array()?;
    let formatter = ArrayFormatter::try_new(&array, &options)?;
    Ok(formatter.value(0).try_to_string()?)
}

/// As Java's `Double.toString`: the shortest digits, with an exponent outside 0.001 to 10,000,000.
pub fn double(number: f64) -> String {
    java(number, &format!("{number:e}"))
}

fn real(number: f32) -> String {
    java(f64::from(number), &format!("{number:e}"))
}

fn java(number: f64, scientific: &str) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    if number == 0.0 {
        return if number.is_sign_negative() {
            "-0.0"
        } else {
            "0.0"
        }
        .to_owned();
    }
    let (mantissa, exponent) = scientific
        .split_once('e')
        .expect("LowerExp prints an exponent");
    let exponent: i32 = exponent.parse().expect("LowerExp prints an integer");
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    if (-3..7).contains(&exponent) {
        let point = exponent + 1;
        return if point <= 0 {
            format!(
                "{sign}0.{}{digits}",
                "0".repeat(point.unsigned_abs() as usize)
            )
        } else {
            let point = point.unsigned_abs() as usize;
            let digits = format!("{digits:0<width$}", width = point + 1);
            format!("{sign}{}.{}", &digits[..point], &digits[point..])
        };
    }
    let rest = if digits.len() > 1 { &digits[1..] } else { "0" };
    format!("{sign}{}.{rest}E{exponent}", &digits[..1])
}
