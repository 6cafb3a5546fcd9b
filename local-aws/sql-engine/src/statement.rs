//! A statement's way: its kind, its parameters, its answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::Catalog;
use crate::error::{AthenaError, Result};
use crate::results::ColumnInfo;
use crate::storage::Storage;
use crate::{ddl, select, trino, write};

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

pub async fn run(mut request: Request, storage: Storage) -> Result<Answer> {
    request.database = request.database.trim_matches('`').to_lowercase();
    let tokens = trino::tokens(&request.statement)?;
    request.statement = trino::bind(&request.statement, &tokens, &request.parameters)?;
    let scanned = storage.clone();
    let words = ddl::first_words(&request.statement)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let answer = match words.as_slice() {
        ["SELECT" | "WITH" | "VALUES" | "(", ..] => select::run(&request, storage).await,
        ["INSERT", "INTO", ..] => write::insert(&request, storage).await,
        ["UNLOAD", ..] => write::unload(&request, storage).await,
        ["CREATE", "TABLE", ..] => write::create_table_as(&request, storage).await,
        [
            "EXPLAIN" | "EXECUTE" | "PREPARE" | "DEALLOCATE" | "MERGE" | "UPDATE" | "DELETE"
            | "OPTIMIZE" | "VACUUM" | "ANALYZE" | "GRANT" | "REVOKE" | "CALL",
            ..,
        ] => Err(AthenaError::not_supported(words[0])),
        _ => ddl::run(&request, storage).await,
    };
    answer.map(|answer| Answer {
        scanned_bytes: scanned.scanned(),
        ..answer
    })
}
