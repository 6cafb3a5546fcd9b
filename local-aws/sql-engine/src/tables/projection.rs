//! Partition projection: the partitions that the table's properties tell, and the catalogue does not.

use std::sync::Arc;

use arrow::datatypes::Field;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use crate::catalog::Table;
use crate::error::{AthenaError, Result};
use crate::results::print;

/// A range that is longer makes more requests than a laptop's query should.
const MOST_PARTITIONS: usize = 10_000;

pub fn is_enabled(table: &Table) -> bool {
    table
        .parameters
        .get("projection.enabled")
        .is_some_and(|enabled| enabled.eq_ignore_ascii_case("true"))
}

/// Each place with the texts of its keys.
pub fn places(
    table: &Table,
    keys: &[Arc<Field>],
    filters: &[Expr],
) -> Result<Vec<(String, Vec<String>)>> {
    let mut combinations = vec![Vec::new()];
    for key in keys {
        let values = values(table, key.name(), filters)?;
        if combinations.len() * values.len() > MOST_PARTITIONS {
            return Err(AthenaError::not_supported(format!(
                "a projection of more than {MOST_PARTITIONS} partitions in table {}",
                table.name
            )));
        }
        let with = |combination: &Vec<String>| {
            let values = values
                .iter()
                .map(|value| [combination.as_slice(), std::slice::from_ref(value)].concat());
            values.collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(with).collect();
    }
    combinations
        .into_iter()
        .map(|values| Ok((location(table, keys, &values)?, values)))
        .collect()
}

fn location(table: &Table, keys: &[Arc<Field>], values: &[String]) -> Result<String> {
    let Some(template) = table.parameters.get("storage.location.template") else {
        let path: Vec<_> = keys
            .iter()
            .zip(values)
            .map(|(key, value)| format!("{}={value}", key.name()))
            .collect();
        return Ok(format!(
            "{}/{}",
            table.location()?.trim_end_matches('/'),
            path.join("/")
        ));
    };
    let fill = |template: String, (key, value): (&Arc<Field>, &String)| {
        template.replace(&format!("${{{}}}", key.name()), value)
    };
    Ok(keys.iter().zip(values).fold(template.clone(), fill))
}

fn values(table: &Table, key: &str, filters: &[Expr]) -> Result<Vec<String>> {
    let property = |name: &str| {
        table
            .parameters
            .get(&format!("projection.{key}.{name}"))
            .map(String::as_str)
    };
    let wrong = |name: &str| {
        AthenaError::user(format!(
            "INVALID_TABLE_PROPERTY: projection.{key}.{name} of table {} is missing or wrong",
            table.name
        ))
    };
    match property("type") {
        Some("enum") => Ok(property("values")
            .ok_or_else(|| wrong("values"))?
            .split(',')
            .map(|value| value.trim().to_owned())
            .collect()),
        Some("integer") => {
            let (first, last) = property("range")
                .and_then(|range| range.split_once(','))
                .ok_or_else(|| wrong("range"))?;
            let number = |text: &str| text.trim().parse::<i64>().map_err(|_| wrong("range"));
            let step = property("interval").map_or(Ok(1), |interval| {
                interval
                    .parse::<usize>()
                    .ok()
                    .filter(|step| *step > 0)
                    .ok_or_else(|| wrong("interval"))
            })?;
            let digits = property("digits").map_or(Ok(0), |digits| {
                digits.parse::<usize>().map_err(|_| wrong("digits"))
            })?;
            let numbers = (number(first)?..=number(last)?)
                .step_by(step)
                .take(MOST_PARTITIONS + 1);
            Ok(numbers.map(|number| format!("{number:0digits$}")).collect())
        }
        Some("injected") => {
            let asked: Vec<_> = filters
                .iter()
                .filter_map(|filter| equal_to(filter, key))
                .flatten()
                .collect();
            if asked.is_empty() {
                let message = format!(
                    "CONSTRAINT_VIOLATION: For the injected projected partition column {key}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present."
                );
                return Err(AthenaError::user(message));
            }
            Ok(asked)
        }
        Some(other) => Err(AthenaError::not_supported(format!(
            "partition projection of type {other} (table {}, column {key})",
            table.name
        ))),
        None => Err(wrong("type")),
    }
}

/// The values that `key = value` and `key IN (…)` ask for.
fn equal_to(filter: &Expr, key: &str) -> Option<Vec<String>> {
    let is_key = |expr: &Expr| matches!(expr, Expr::Column(column) if column.name == key);
    match filter {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) if is_key(left) => Some(vec![literal(right)?]),
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) if is_key(right) => Some(vec![literal(left)?]),
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Or,
            right,
        }) => Some([equal_to(left, key)?, equal_to(right, key)?].concat()),
        Expr::InList(InList {
            expr,
            list,
            negated: false,
        }) if is_key(expr) => list.iter().map(literal).collect(),
        _ => None,
    }
}

fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Literal(value, _) => print::text(value).ok().flatten(),
        Expr::Cast(cast) => literal(&cast.expr),
        _ => None,
    }
}
