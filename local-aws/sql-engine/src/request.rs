//! A statement as Athena sends it, and its answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::Catalog;
use crate::results::ColumnInfo;

#[derive(Debug, Deserialize)]
pub struct Request {
    pub id: String,
    pub statement: String,
    #[serde(default)]
    pub parameters: Vec<String>,
    #[serde(default = "default_database")]
    pub database: String,
    pub output: String,
    #[serde(default)]
    pub databases: Catalog,
}

/// Athena's, where no database is named.
fn default_database() -> String {
    "default".to_owned()
}

#[derive(Debug, Serialize)]
pub struct Answer {
    pub statement_type: &'static str,
    pub substatement_type: &'static str,
    pub columns: Vec<ColumnInfo>,
    pub scanned_bytes: u64,
    pub rows: u64,
    pub update_count: Option<u64>,
    pub output_location: String,
    pub manifest_location: Option<String>,
    /// Glue requests, in their order.
    pub changes: Vec<Value>,
}
