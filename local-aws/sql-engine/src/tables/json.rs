//! openx's JsonSerDe: an object a line, its members by name whatever their case.

use arrow::datatypes::SchemaRef;
use serde_json::{Map, Value};

use super::columns::{BATCH, Columns};
use super::values;
use crate::error::{AthenaError, Result};

pub fn read(bytes: &[u8], schema: &SchemaRef, stored: &[usize]) -> Result<Vec<Columns>> {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines
        .chunks(BATCH)
        .map(|lines| piece(lines, schema, stored))
        .collect()
}

fn piece(lines: &[&str], schema: &SchemaRef, stored: &[usize]) -> Result<Columns> {
    let row = |line: &&str| -> Result<Map<String, Value>> {
        let row = serde_json::from_str::<Map<String, Value>>(line);
        let row = row.map_err(|error| {
            AthenaError::user(format!(
                "HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: {error}"
            ))
        })?;
        Ok(row
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect())
    };
    let rows = lines.iter().map(row).collect::<Result<Vec<_>>>()?;
    let mut arrays = Vec::new();
    for field in stored.iter().map(|at| schema.field(*at)) {
        let value = |row: &Map<String, Value>| {
            values::from_json(
                row.get(field.name()).unwrap_or(&Value::Null),
                field.data_type(),
            )
        };
        let column = rows
            .iter()
            .map(value)
            .collect::<datafusion::error::Result<Vec<_>>>()?;
        arrays.push(values::array(column, field.data_type())?);
    }
    Ok(Columns {
        rows: rows.len(),
        arrays,
    })
}
