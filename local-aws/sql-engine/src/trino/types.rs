//! Types in casts and typed literals, in Trino's reading.

use arrow::datatypes::{Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::sql::sqlparser::ast::DataType;

use crate::error::named;
use crate::types;

#[derive(Debug)]
pub struct TrinoTypes;

impl TypePlanner for TrinoTypes {
    fn plan_type_field(&self, sql_type: &DataType) -> Result<Option<FieldRef>> {
        let kind = types::parse(&text(sql_type)).map_err(|error| named(error.message))?;
        Ok(Some(Field::new("", kind, true).into()))
    }
}

/// sqlparser keeps the words of `ROW(x INTEGER, y VARCHAR)` without saying which is a type.
fn text(sql_type: &DataType) -> String {
    match sql_type {
        DataType::Custom(name, words) if name.to_string().eq_ignore_ascii_case("row") => {
            let fields: Vec<_> = words.chunks(2).map(|field| field.join(" ")).collect();
            format!("row({})", fields.join(", "))
        }
        other => other.to_string(),
    }
}
