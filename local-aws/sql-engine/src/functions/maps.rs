//! Maps.

use std::sync::Arc;

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::row::{Function, Takes, Value, argument, element, functions, items};
use crate::tables::values::{list, map};
use crate::types;

pub fn all() -> Vec<Arc<ScalarUDF>> {
    functions(FUNCTIONS)
}

static FUNCTIONS: &[Function] = &[
    Function {
        name: "map",
        takes: &[Takes::Array, Takes::Array],
        optional: 0,
        variadic: false,
        returns: |kinds| types::map(element(&kinds[0]), element(&kinds[1])),
        rule: |row, kind| {
            let (keys, values) = (items(&row[0])?, items(&row[1])?);
            if keys.len() != values.len() {
                return Err(argument("Key and value arrays must be the same length"));
            }
            if keys.iter().any(ScalarValue::is_null) {
                return Err(argument("map key cannot be null"));
            }
            if (1..keys.len()).any(|at| keys[..at].contains(&keys[at])) {
                return Err(argument("Duplicate map keys are not allowed"));
            }
            map(keys, values, kind)
        },
        nulls: false,
    },
    // `map_agg(k, v)` is rewritten to this over two `array_agg`: one value of a key is kept.
    Function {
        name: "map_of",
        takes: &[Takes::Array, Takes::Array],
        optional: 0,
        variadic: false,
        returns: |kinds| types::map(element(&kinds[0]), element(&kinds[1])),
        rule: |row, kind| {
            let (mut keys, mut values) = (Vec::new(), Vec::new());
            for (key, value) in items(&row[0])?.into_iter().zip(items(&row[1])?) {
                if !key.is_null() && !keys.contains(&key) {
                    keys.push(key);
                    values.push(value);
                }
            }
            map(keys, values, kind)
        },
        nulls: false,
    },
    // `histogram(x)` is rewritten to this over `array_agg(x)`.
    Function {
        name: "histogram_of",
        takes: &[Takes::Array],
        optional: 0,
        variadic: false,
        returns: |kinds| types::map(element(&kinds[0]), DataType::Int64),
        rule: |row, kind| {
            let (mut keys, mut counts) = (Vec::<Value>::new(), Vec::new());
            let mut places = std::collections::HashMap::new();
            for item in items(&row[0])?.into_iter().filter(|item| !item.is_null()) {
                let place = *places.entry(item.clone()).or_insert_with(|| {
                    keys.push(item);
                    counts.push(0_i64);
                    counts.len() - 1
                });
                counts[place] += 1;
            }
            map(
                keys,
                counts
                    .into_iter()
                    .map(|count| ScalarValue::Int64(Some(count)))
                    .collect(),
                kind,
            )
        },
        nulls: false,
    },
    Function {
        name: "map_keys",
        takes: &[Takes::Map],
        optional: 0,
        variadic: false,
        returns: |kinds| types::list(parts(&kinds[0]).0),
        rule: |row, kind| {
            list(
                entries(&row[0])?.into_iter().map(|entry| entry.0).collect(),
                &element(kind),
            )
        },
        nulls: false,
    },
    Function {
        name: "map_values",
        takes: &[Takes::Map],
        optional: 0,
        variadic: false,
        returns: |kinds| types::list(parts(&kinds[0]).1),
        rule: |row, kind| {
            list(
                entries(&row[0])?.into_iter().map(|entry| entry.1).collect(),
                &element(kind),
            )
        },
        nulls: false,
    },
];

fn parts(kind: &DataType) -> (DataType, DataType) {
    match kind {
        DataType::Map(entries, _) => types::map_parts(entries),
        _ => (DataType::Null, DataType::Null),
    }
}

pub fn entries(value: &Value) -> Result<Vec<(Value, Value)>> {
    let ScalarValue::Map(array) = value else {
        return Ok(Vec::new());
    };
    let entries = array.value(0);
    let entry = |row| {
        Ok((
            ScalarValue::try_from_array(entries.column(0), row)?,
            ScalarValue::try_from_array(entries.column(1), row)?,
        ))
    };
    (0..entries.len()).map(entry).collect()
}

/// The value of a key; none, where the map lacks it.
pub fn get(row: &[Value]) -> Result<Option<Value>> {
    let key = row[1].cast_to(&parts(&row[0].data_type()).0)?;
    Ok(entries(&row[0])?
        .into_iter()
        .find(|entry| entry.0 == key)
        .map(|entry| entry.1))
}
