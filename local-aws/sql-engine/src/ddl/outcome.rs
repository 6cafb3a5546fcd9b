//! What a statement of this folder gives.

use serde_json::{Value, json};

use crate::results::ColumnInfo;

#[derive(Default)]
pub struct Outcome {
    pub statement_type: &'static str,
    pub substatement_type: &'static str,
    pub columns: Vec<ColumnInfo>,
    pub lines: Vec<String>,
    pub changes: Vec<Value>,
}

impl Outcome {
    pub fn changed(substatement_type: &'static str, changes: Vec<Value>) -> Self {
        Self {
            statement_type: "DDL",
            substatement_type,
            changes,
            ..Self::default()
        }
    }

    pub fn told(substatement_type: &'static str, columns: &[&str], lines: Vec<String>) -> Self {
        Self {
            statement_type: "UTILITY",
            substatement_type,
            columns: columns.iter().map(|name| ColumnInfo::text(name)).collect(),
            lines,
            changes: Vec::new(),
        }
    }
}

pub fn delete_table(database: &str, name: &str) -> Value {
    json!({ "DeleteTable": { "DatabaseName": database, "Name": name } })
}
