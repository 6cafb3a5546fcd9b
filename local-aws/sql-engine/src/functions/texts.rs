//! Texts, counted in letters.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ScalarUDF;

use super::row::{Function, Takes, argument, bigint, functions, text, utf8};
use crate::tables::values;
use crate::types;

pub fn all() -> Vec<Arc<ScalarUDF>> {
    functions(FUNCTIONS)
}

static FUNCTIONS: &[Function] = &[
    Function {
        name: "trim",
        takes: &[Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| Ok(utf8(text(&row[0]).trim())),
        nulls: false,
    },
    Function {
        name: "ltrim",
        takes: &[Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| Ok(utf8(text(&row[0]).trim_start())),
        nulls: false,
    },
    Function {
        name: "rtrim",
        takes: &[Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| Ok(utf8(text(&row[0]).trim_end())),
        nulls: false,
    },
    Function {
        name: "split",
        takes: &[Takes::Text, Takes::Text, Takes::Bigint],
        optional: 1,
        variadic: false,
        returns: |_| types::list(DataType::Utf8),
        rule: |row, _| {
            let (whole, separator) = (text(&row[0]), text(&row[1]));
            if separator.is_empty() {
                return Err(argument("The delimiter may not be the empty string"));
            }
            let limit = row.get(2).map_or(i64::MAX, bigint);
            let limit = usize::try_from(limit)
                .ok()
                .filter(|limit| *limit > 0)
                .ok_or_else(|| argument("Limit must be positive"))?;
            values::texts(whole.splitn(limit, separator))
        },
        nulls: false,
    },
    Function {
        name: "split_part",
        takes: &[Takes::Text, Takes::Text, Takes::Bigint],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            let index = usize::try_from(bigint(&row[2]))
                .ok()
                .filter(|index| *index > 0);
            let index = index.ok_or_else(|| argument("Index must be greater than zero"))?;
            Ok(ScalarValue::Utf8(
                text(&row[0])
                    .split(text(&row[1]))
                    .nth(index - 1)
                    .map(str::to_owned),
            ))
        },
        nulls: false,
    },
    Function {
        name: "substr",
        takes: &[Takes::Text, Takes::Bigint, Takes::Bigint],
        optional: 1,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            Ok(utf8(substr(
                text(&row[0]),
                bigint(&row[1]),
                row.get(2).map_or(i64::MAX, bigint),
            )))
        },
        nulls: false,
    },
    Function {
        name: "length",
        takes: &[Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Int64,
        rule: |row, _| {
            Ok(ScalarValue::Int64(Some(
                text(&row[0]).chars().count() as i64
            )))
        },
        nulls: false,
    },
    Function {
        name: "strpos",
        takes: &[Takes::Text, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Int64,
        rule: |row, _| {
            let whole = text(&row[0]);
            let place = whole
                .find(text(&row[1]))
                .map_or(0, |at| whole[..at].chars().count() + 1);
            Ok(ScalarValue::Int64(Some(place as i64)))
        },
        nulls: false,
    },
    Function {
        name: "codepoint",
        takes: &[Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Int32,
        rule: |row, _| {
            let mut letters = text(&row[0]).chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) => Ok(ScalarValue::Int32(Some(u32::from(letter) as i32))),
                _ => Err(argument("Input string must be a single character string")),
            }
        },
        nulls: false,
    },
    Function {
        name: "typeof",
        takes: &[Takes::Any],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| Ok(utf8(types::trino(&row[0].data_type()))),
        nulls: true,
    },
];

/// From a place counted from one, or from the end where it is negative.
fn substr(whole: &str, start: i64, length: i64) -> String {
    let count = whole.chars().count() as i64;
    let start = if start < 0 { count + start } else { start - 1 };
    if start < 0 || start >= count || length <= 0 {
        return String::new();
    }
    whole
        .chars()
        .skip(start as usize)
        .take(length as usize)
        .collect()
}
