//! Arrays, counted from one.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::row::{Function, Takes, Value, argument, bigint, element, functions, items, text, utf8};
use crate::error::named;
use crate::results::print;
use crate::tables::values::list;
use crate::types;

pub fn all() -> Vec<Arc<ScalarUDF>> {
    functions(FUNCTIONS)
}

/// A function of arrays alone, whose value is an array of the first one's kind.
macro_rules! of_arrays {
    ($name:literal, $takes:expr, $rule:expr) => {
        Function {
            name: $name,
            takes: $takes,
            optional: 0,
            variadic: false,
            returns: |kinds| kinds[0].clone(),
            rule: |row, kind| {
                let rule: fn(Vec<Value>, &[Value]) -> Result<Vec<Value>> = $rule;
                list(rule(items(&row[0])?, &row[1..])?, &element(kind))
            },
            nulls: false,
        }
    };
}

static FUNCTIONS: &[Function] = &[
    Function {
        name: "cardinality",
        takes: &[Takes::Any],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Int64,
        rule: |row, _| match &row[0] {
            ScalarValue::List(array) => {
                Ok(ScalarValue::Int64(Some(i64::from(array.value_length(0)))))
            }
            ScalarValue::Map(array) => Ok(ScalarValue::Int64(Some(array.value_length(0).into()))),
            other => Err(named(format!(
                "FUNCTION_NOT_FOUND: Unexpected parameters ({}) for function cardinality",
                types::trino(&other.data_type())
            ))),
        },
        nulls: false,
    },
    Function {
        name: "element_at",
        takes: &[Takes::Any, Takes::Any],
        optional: 0,
        variadic: false,
        returns: |kinds| part(&kinds[0]),
        rule: |row, kind| match &row[0] {
            ScalarValue::Map(_) => {
                super::maps::get(row)?.map_or_else(|| ScalarValue::try_from(kind), Ok)
            }
            array => {
                let (items, index) = (items(array)?, index(&row[1])?);
                let at = match index {
                    0 => return Err(argument("SQL array indices start at 1")),
                    1.. => usize::try_from(index - 1).ok(),
                    _ => usize::try_from(index + items.len() as i64).ok(),
                };
                at.and_then(|at| items.get(at).cloned())
                    .map_or_else(|| ScalarValue::try_from(kind), Ok)
            }
        },
        nulls: false,
    },
    // `a[i]` is rewritten to this.
    Function {
        name: "subscript",
        takes: &[Takes::Any, Takes::Any],
        optional: 0,
        variadic: false,
        returns: |kinds| part(&kinds[0]),
        rule: |row, _| match &row[0] {
            ScalarValue::Map(_) => super::maps::get(row)?.ok_or_else(|| {
                let key = print::text(&row[1]).ok().flatten().unwrap_or_default();
                argument(format!("Key not present in map: {key}"))
            }),
            array => {
                let (items, index) = (items(array)?, index(&row[1])?);
                match index {
                    0 => Err(argument("SQL array indices start at 1")),
                    1.. => items.get(index as usize - 1).cloned().ok_or_else(|| argument("Array subscript must be less than or equal to array length: it is out of bounds")),
                    _ => Err(argument("Array subscript is negative")),
                }
            }
        },
        nulls: false,
    },
    Function {
        name: "contains",
        takes: &[Takes::Array, Takes::Any],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Boolean,
        rule: |row, _| {
            let items = items(&row[0])?;
            let wanted = row[1].cast_to(&element(&row[0].data_type()))?;
            let found = items.contains(&wanted);
            // Unknown, where a null might have been it.
            Ok(ScalarValue::Boolean(
                (found || !items.iter().any(ScalarValue::is_null)).then_some(found),
            ))
        },
        nulls: false,
    },
    Function {
        name: "array_position",
        takes: &[Takes::Array, Takes::Any],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Int64,
        rule: |row, _| {
            let wanted = row[1].cast_to(&element(&row[0].data_type()))?;
            let place = items(&row[0])?.iter().position(|item| *item == wanted);
            Ok(ScalarValue::Int64(Some(
                place.map_or(0, |at| at as i64 + 1),
            )))
        },
        nulls: false,
    },
    Function {
        name: "array_join",
        takes: &[Takes::Array, Takes::Text, Takes::Text],
        optional: 1,
        variadic: false,
        returns: |_| DataType::Utf8,
        rule: |row, _| {
            let mut texts = Vec::new();
            for item in items(&row[0])? {
                texts.extend(
                    print::text(&item)?.or_else(|| row.get(2).map(|null| text(null).to_owned())),
                );
            }
            Ok(utf8(texts.join(text(&row[1]))))
        },
        nulls: false,
    },
    Function {
        name: "array_max",
        takes: &[Takes::Array],
        optional: 0,
        variadic: false,
        returns: |kinds| element(&kinds[0]),
        rule: |row, kind| end(&items(&row[0])?, kind, Ordering::Greater),
        nulls: false,
    },
    Function {
        name: "array_min",
        takes: &[Takes::Array],
        optional: 0,
        variadic: false,
        returns: |kinds| element(&kinds[0]),
        rule: |row, kind| end(&items(&row[0])?, kind, Ordering::Less),
        nulls: false,
    },
    of_arrays!("array_distinct", &[Takes::Array], |items, _| Ok(distinct(
        items
    ))),
    of_arrays!("array_sort", &[Takes::Array], |items, _| {
        let (nulls, mut sorted): (Vec<_>, Vec<_>) =
            items.into_iter().partition(ScalarValue::is_null);
        sorted.sort_by(|left, right| left.partial_cmp(right).unwrap_or(Ordering::Equal));
        sorted.extend(nulls);
        Ok(sorted)
    }),
    of_arrays!(
        "array_remove",
        &[Takes::Array, Takes::Any],
        |mut items, rest| {
            let Some(kind) = items.first().map(ScalarValue::data_type) else {
                return Ok(items);
            };
            let removed = rest[0].cast_to(&kind)?;
            items.retain(|item| *item != removed);
            Ok(items)
        }
    ),
    of_arrays!(
        "array_union",
        &[Takes::Array, Takes::Array],
        |mut left, rest| {
            left.extend(items(&rest[0])?);
            Ok(distinct(left))
        }
    ),
    of_arrays!(
        "array_intersect",
        &[Takes::Array, Takes::Array],
        |left, rest| {
            let right = items(&rest[0])?;
            Ok(distinct(
                left.into_iter()
                    .filter(|item| right.contains(item))
                    .collect(),
            ))
        }
    ),
    of_arrays!(
        "array_except",
        &[Takes::Array, Takes::Array],
        |left, rest| {
            let right = items(&rest[0])?;
            Ok(distinct(
                left.into_iter()
                    .filter(|item| !right.contains(item))
                    .collect(),
            ))
        }
    ),
    of_arrays!(
        "slice",
        &[Takes::Array, Takes::Bigint, Takes::Bigint],
        |items, rest| {
            let (start, length) = (bigint(&rest[0]), bigint(&rest[1]));
            let start = if start < 0 {
                items.len() as i64 + start
            } else {
                start - 1
            };
            match (usize::try_from(start), usize::try_from(length)) {
                (Ok(start), Ok(length)) => Ok(items.into_iter().skip(start).take(length).collect()),
                (Err(_), _) if bigint(&rest[0]) == 0 => {
                    Err(argument("SQL array indices start at 1"))
                }
                (_, Err(_)) => Err(argument("length must be greater than or equal to 0")),
                _ => Ok(Vec::new()),
            }
        }
    ),
    Function {
        name: "arrays_overlap",
        takes: &[Takes::Array, Takes::Array],
        optional: 0,
        variadic: false,
        returns: |_| DataType::Boolean,
        rule: |row, _| {
            let (left, right) = (items(&row[0])?, items(&row[1])?);
            let found = left
                .iter()
                .any(|item| !item.is_null() && right.contains(item));
            let unknown = left.iter().chain(&right).any(ScalarValue::is_null);
            Ok(ScalarValue::Boolean((found || !unknown).then_some(found)))
        },
        nulls: false,
    },
    Function {
        name: "flatten",
        takes: &[Takes::Array],
        optional: 0,
        variadic: false,
        returns: |kinds| element(&kinds[0]),
        rule: |row, kind| {
            let mut flat = Vec::new();
            for inner in items(&row[0])? {
                flat.extend(items(&inner)?);
            }
            list(flat, &element(kind))
        },
        nulls: false,
    },
    Function {
        name: "sequence",
        takes: &[Takes::Bigint, Takes::Bigint, Takes::Bigint],
        optional: 1,
        variadic: false,
        returns: |_| types::list(DataType::Int64),
        rule: |row, _| {
            let (start, stop) = (bigint(&row[0]), bigint(&row[1]));
            let step = row.get(2).map_or(if stop < start { -1 } else { 1 }, bigint);
            if step == 0 || (stop - start).signum() * step.signum() < 0 {
                return Err(argument(
                    "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start",
                ));
            }
            // Trino's own limit.
            if (stop - start) / step >= 10_000 {
                return Err(argument(
                    "result of sequence function must not have more than 10000 entries",
                ));
            }
            let numbers =
                (0..=(stop - start) / step).map(|at| ScalarValue::Int64(Some(start + at * step)));
            list(numbers.collect(), &DataType::Int64)
        },
        nulls: false,
    },
    Function {
        name: "repeat",
        takes: &[Takes::Any, Takes::Bigint],
        optional: 0,
        variadic: false,
        returns: |kinds| types::list(kinds[0].clone()),
        rule: |row, kind| {
            let count = usize::try_from(bigint(&row[1])).map_err(|_| {
                argument("count argument of repeat function must be greater than or equal to 0")
            })?;
            list(vec![row[0].clone(); count.min(10_000)], &element(kind))
        },
        nulls: false,
    },
    Function {
        name: "row",
        takes: &[Takes::Any],
        optional: 0,
        variadic: true,
        returns: |kinds| {
            let field = |(at, kind): (usize, &DataType)| {
                arrow::datatypes::Field::new(format!("field{at}"), kind.clone(), true)
            };
            DataType::Struct(kinds.iter().enumerate().map(field).collect())
        },
        rule: |row, kind| {
            let DataType::Struct(fields) = kind else {
                return Err(argument("a row has fields"));
            };
            let columns = row
                .iter()
                .map(ScalarValue::to_array)
                .collect::<Result<Vec<_>>>()?;
            Ok(ScalarValue::Struct(Arc::new(
                arrow::array::StructArray::try_new(fields.clone(), columns, None)?,
            )))
        },
        nulls: true,
    },
];

/// What an array or a map holds.
fn part(kind: &DataType) -> DataType {
    match kind {
        DataType::Map(entries, _) => types::map_parts(entries).1,
        other => element(other),
    }
}

fn index(value: &Value) -> Result<i64> {
    Ok(bigint(&value.cast_to(&DataType::Int64)?))
}

fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    items
        .into_iter()
        .filter(|item| seen.insert(item.clone()))
        .collect()
}

/// Null, where an element is.
fn end(items: &[Value], kind: &DataType, wanted: Ordering) -> Result<Value> {
    let mut best: Option<&Value> = None;
    for item in items {
        if item.is_null() {
            return ScalarValue::try_from(kind);
        }
        if best.is_none_or(|best| item.partial_cmp(best) == Some(wanted)) {
            best = Some(item);
        }
    }
    best.cloned()
        .map_or_else(|| ScalarValue::try_from(kind), Ok)
}
