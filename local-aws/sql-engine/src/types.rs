//! One type in three spellings: Glue's (Hive's), Arrow's, and Trino's.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, TimeUnit};

use crate::error::{AthenaError, Result};

/// Trino's `timestamp` is one of milliseconds.
pub const TIMESTAMP: DataType = DataType::Timestamp(TimeUnit::Millisecond, None);

/// A type in Hive's spelling (`array<string>`) or in Trino's (`array(varchar)`).
pub fn parse(text: &str) -> Result<DataType> {
    let text = text.trim().to_lowercase();
    let (name, arguments) = match text.find(['<', '(']) {
        Some(at) => (
            text[..at].trim(),
            top_level(
                text[at + 1..]
                    .trim_end_matches(' ')
                    .strip_suffix(['>', ')'])
                    .ok_or_else(|| unknown(&text))?,
            ),
        ),
        None => (text.as_str(), Vec::new()),
    };
    Ok(match (name, arguments.as_slice()) {
        ("boolean", []) => DataType::Boolean,
        ("tinyint", []) => DataType::Int8,
        ("smallint", []) => DataType::Int16,
        ("int" | "integer", []) => DataType::Int32,
        ("bigint", []) => DataType::Int64,
        ("float" | "real", []) => DataType::Float32,
        ("double" | "double precision", []) => DataType::Float64,
        ("string" | "varchar" | "char", _) => DataType::Utf8,
        ("binary" | "varbinary", []) => DataType::Binary,
        ("date", []) => DataType::Date32,
        ("timestamp", [] | ["3"]) => TIMESTAMP,
        // Hive's and Trino's default.
        ("decimal", []) => DataType::Decimal128(10, 0),
        ("decimal", [precision]) => DataType::Decimal128(number(precision, &text)?, 0),
        ("decimal", [precision, scale]) => {
            DataType::Decimal128(number(precision, &text)?, number(scale, &text)?)
        }
        ("array", [element]) => list(parse(element)?),
        ("map", [key, value]) => map(parse(key)?, parse(value)?),
        ("struct" | "row", fields) if !fields.is_empty() => {
            let field = |field: &&str| {
                let (name, kind) = field.split_once([':', ' ']).ok_or_else(|| unknown(&text))?;
                Ok(Field::new(
                    name.trim().trim_matches('"'),
                    parse(kind)?,
                    true,
                ))
            };
            DataType::Struct(fields.iter().map(field).collect::<Result<Vec<_>>>()?.into())
        }
        _ => return Err(unknown(&text)),
    })
}

/// The parts between the commas that no bracket holds.
fn top_level(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '<' | '(' => depth += 1,
            '>' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn number<T: std::str::FromStr>(text: &str, whole: &str) -> Result<T> {
    text.parse().map_err(|_| unknown(whole))
}

fn unknown(text: &str) -> AthenaError {
    AthenaError::not_supported(format!("type {text}"))
}

pub fn list(element: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("item", element, true)))
}

pub fn map(key: DataType, value: DataType) -> DataType {
    let entries = Fields::from(vec![
        Field::new("key", key, false),
        Field::new("value", value, true),
    ]);
    DataType::Map(
        Arc::new(Field::new("entries", DataType::Struct(entries), false)),
        false,
    )
}

/// Key and value of a map.
pub fn map_parts(entries: &Field) -> (DataType, DataType) {
    match entries.data_type() {
        DataType::Struct(fields) if fields.len() == 2 => {
            (fields[0].data_type().clone(), fields[1].data_type().clone())
        }
        other => (other.clone(), DataType::Null),
    }
}

/// As `typeof` and a result's metadata say it in full.
pub fn trino(kind: &DataType) -> String {
    match kind {
        DataType::Null => "unknown".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::List(element) | DataType::LargeList(element) => {
            format!("array({})", trino(element.data_type()))
        }
        DataType::Map(entries, _) => {
            let (key, value) = map_parts(entries);
            format!("map({}, {})", trino(&key), trino(&value))
        }
        DataType::Struct(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!("{} {}", field.name(), trino(field.data_type())))
                .collect();
            format!("row({})", fields.join(", "))
        }
        DataType::Timestamp(_, None) => "timestamp(3)".to_owned(),
        DataType::Timestamp(_, Some(_)) => "timestamp(3) with time zone".to_owned(),
        simple => result_name(simple).to_owned(),
    }
}

/// As the result set names it: the outer type alone, and no length.
pub fn result_name(kind: &DataType) -> &'static str {
    match kind {
        DataType::Boolean => "boolean",
        DataType::Int8 => "tinyint",
        DataType::Int16 | DataType::UInt8 => "smallint",
        DataType::Int32 | DataType::UInt16 => "integer",
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "bigint",
        DataType::Float32 => "float",
        DataType::Float64 => "double",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "varchar",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "varbinary",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(_, None) => "timestamp",
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Decimal128(..) | DataType::Decimal256(..) => "decimal",
        DataType::List(_) | DataType::LargeList(_) => "array",
        DataType::Map(..) => "map",
        DataType::Struct(_) => "row",
        DataType::Interval(_) => "interval day to second",
        _ => "unknown",
    }
}

/// As Glue holds it.
pub fn hive(kind: &DataType) -> Result<String> {
    Ok(match kind {
        DataType::Int32 => "int".to_owned(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string".to_owned(),
        DataType::Binary => "binary".to_owned(),
        DataType::List(element) => format!("array<{}>", hive(element.data_type())?),
        DataType::Map(entries, _) => {
            let (key, value) = map_parts(entries);
            format!("map<{},{}>", hive(&key)?, hive(&value)?)
        }
        DataType::Struct(fields) => {
            let fields: Result<Vec<_>> = fields
                .iter()
                .map(|field| Ok(format!("{}:{}", field.name(), hive(field.data_type())?)))
                .collect();
            format!("struct<{}>", fields?.join(","))
        }
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int64
        | DataType::Float32
        | DataType::Float64
        | DataType::Date32
        | DataType::Timestamp(_, None) => result_name(kind).to_owned(),
        other => {
            return Err(AthenaError::not_supported(format!(
                "a column of type {}",
                trino(other)
            )));
        }
    })
}

/// Precision and scale as the result set tells them.
pub fn precision(kind: &DataType) -> (u32, u32) {
    match kind {
        DataType::Int8 => (3, 0),
        DataType::Int16 => (5, 0),
        DataType::Int32 => (10, 0),
        DataType::Int64 | DataType::UInt64 => (19, 0),
        DataType::Float32 => (17, 0),
        DataType::Float64 => (17, 0),
        DataType::Timestamp(..) => (3, 0),
        DataType::Decimal128(precision, scale) => {
            (u32::from(*precision), u32::from(scale.unsigned_abs()))
        }
        // A varchar without a length is told as the longest.
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => (2_147_483_647, 0),
        DataType::Binary => (1_073_741_824, 0),
        _ => (0, 0),
    }
}
