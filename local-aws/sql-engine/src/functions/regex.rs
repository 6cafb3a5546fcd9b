//! Regular expressions. Trino's are Java's: what Rust's lack (looking around, back references) is refused by name.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use regex::Regex;

use super::row::{Function, Takes, argument, bigint, functions, text, utf8};
use crate::error::named;
use crate::tables::values;
use crate::types;

pub fn all() -> Vec<Arc<ScalarUDF>> {
    functions(FUNCTIONS)
}

thread_local! {
    /// A pattern is compiled once, not for each row.
    static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
}

/// The patterns that a thread keeps; a column of patterns may have any number.
const MOST_PATTERNS: usize = 100;

fn pattern(text: &str) -> Result<Regex> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.get(text) {
            return Ok(known.clone());
        }
        let java = text
            .replace("(?<", "(?P<")
            .replace("(?P<=", "(?<=")
            .replace("(?P<!", "(?<!");
        let regex = Regex::new(&java)
            .map_err(|_| named(format!("NOT_SUPPORTED: regular expression {text}")))?;
        if compiled.len() == MOST_PATTERNS {
            compiled.clear();
        }
        compiled.insert(text.to_owned(), regex.clone());
        Ok(regex)
    })
}

fn group(row: &[ScalarValue], at: usize, regex: &Regex) -> Result<usize> {
    let group = row.get(at).map_or(0, bigint);
    let found = usize::try_from(group)
        .ok()
        .filter(|group| *group < regex.captures_len());
    found.ok_or_else(|| {
        argument(format!(
            "Pattern has {} groups. Cannot access group {group}",
            regex.captures_len() - 1
        ))
    })
}

static FUNCTIONS: &[Function] = &[
    Function {
        name: "regexp_extract",
        takes: &[Takes::Text, Takes::Text, Takes::Bigint],
        optional: 1,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            let regex = pattern(text(&row[1]))?;
            let group = group(row, 2, &regex)?;
            let found = regex
                .captures(text(&row[0]))
                .and_then(|found| found.get(group));
            Ok(ScalarValue::Utf8(
                found.map(|found| found.as_str().to_owned()),
            ))
        },
        nulls: false,
    },
    Function {
        name: "regexp_extract_all",
        takes: &[Takes::Text, Takes::Text, Takes::Bigint],
        optional: 1,
        variadic: false,
        returns: |_| types::list(DataType::Utf8),
        rule: |row, _| {
            let regex = pattern(text(&row[1]))?;
            let group = group(row, 2, &regex)?;
            let found = regex.captures_iter(text(&row[0])).map(|found| {
                ScalarValue::Utf8(found.get(group).map(|found| found.as_str().to_owned()))
            });
            values::list(found.collect(), &DataType::Utf8)
        },
        nulls: false,
    },
    Function {
        name: "regexp_like",
        takes: &[Takes::Text, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Boolean,
        rule: |row, _| {
            Ok(ScalarValue::Boolean(Some(
                pattern(text(&row[1]))?.is_match(text(&row[0])),
            )))
        },
        nulls: false,
    },
    Function {
        name: "regexp_count",
        takes: &[Takes::Text, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Int64,
        rule: |row, _| {
            Ok(ScalarValue::Int64(Some(
                pattern(text(&row[1]))?.find_iter(text(&row[0])).count() as i64,
            )))
        },
        nulls: false,
    },
    Function {
        name: "regexp_split",
        takes: &[Takes::Text, Takes::Text],
        optional: 0,
        variadic: false,
        returns: |_| types::list(DataType::Utf8),
        rule: |row, _| values::texts(pattern(text(&row[1]))?.split(text(&row[0]))),
        nulls: false,
    },
    Function {
        name: "regexp_replace",
        takes: &[Takes::Text, Takes::Text, Takes::Text],
        optional: 1,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            let replacement = replacement(row.get(2).map_or("", |value| text(value)))?;
            Ok(utf8(
                pattern(text(&row[1]))?.replace_all(text(&row[0]), replacement),
            ))
        },
        nulls: false,
    },
];

/// `$1` and `${name}` with Java's reading: digits end a number's name, `\$` is a dollar.
fn replacement(java: &str) -> Result<String> {
    let (mut rust, mut letters) = (String::new(), java.chars().peekable());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('$') => rust.push_str("$$"),
                Some(other) => rust.push(other),
                None => return Err(argument("Illegal replacement sequence: \\")),
            },
            '$' => {
                rust.push('$');
                if letters.peek().is_some_and(char::is_ascii_digit) {
                    rust.push('{');
                    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                        rust.push(digit);
                    }
                    rust.push('}');
                } else if letters.peek() != Some(&'{') {
                    return Err(argument(format!("Illegal replacement sequence: {java}")));
                }
            }
            other => rust.push(other),
        }
    }
    Ok(rust)
}
