//! Views, as Athena keeps them in Glue: a JSON of the query and its columns, in base64, within a comment.

use arrow::datatypes::SchemaRef;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::catalog::Table;
use crate::error::{AthenaError, Result};
use crate::types;

const BEGIN: &str = "/* Presto View: ";
const END: &str = " */";

pub struct View {
    pub sql: String,
    /// Of the tables that it names without one.
    pub database: String,
}

impl View {
    pub fn of(table: &Table) -> Result<Self> {
        let invalid = || {
            AthenaError::user(format!(
                "INVALID_VIEW: View '{}' has no readable definition",
                table.name
            ))
        };
        let text = table.view_original_text.as_deref().ok_or_else(invalid)?;
        let text = text
            .strip_prefix(BEGIN)
            .and_then(|text| text.strip_suffix(END))
            .ok_or_else(invalid)?;
        let json = STANDARD.decode(text.trim()).map_err(|_| invalid())?;
        let view: Value = serde_json::from_slice(&json).map_err(|_| invalid())?;
        let member = |name: &str| view[name].as_str().map(str::to_owned).ok_or_else(invalid);
        Ok(Self {
            sql: member("originalSql")?,
            database: member("schema")?,
        })
    }
}

/// Glue's `TableInput` of a view.
pub fn table_input(
    name: &str,
    database: &str,
    sql: &str,
    columns: &[String],
    schema: &SchemaRef,
) -> Result<Value> {
    let fields = || columns.iter().zip(schema.fields());
    let view = json!({
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": fields().map(|(name, field)| json!({ "name": name, "type": types::trino(field.data_type()) })).collect::<Vec<_>>(),
    });
    let column = |(name, field): (&String, &arrow::datatypes::FieldRef)| {
        Ok(json!({ "Name": name, "Type": types::hive(field.data_type())? }))
    };
    Ok(json!({
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": { "presto_view": "true", "comment": "Presto View" },
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": fields().map(column).collect::<Result<Vec<_>>>()?,
            "Location": "",
            "SerdeInfo": {},
        },
        "ViewOriginalText": format!("{BEGIN}{}{END}", STANDARD.encode(view.to_string())),
        "ViewExpandedText": "/* Presto View */",
    }))
}
