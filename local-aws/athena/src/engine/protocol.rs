//! What the engine is asked, and what it answers.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Lease;
use crate::failure::Failure;
use crate::statement::StatementType;
use local_core::Cloud;
use local_glue::Catalog;

/// A statement, and all that it may read of the catalogue.
#[derive(Debug, Serialize)]
pub struct Request {
    pub id: String,
    pub statement: String,
    pub parameters: Vec<String>,
    pub database: String,
    /// A folder of S3.
    pub output: String,
    pub databases: Catalog,
}

/// What became of a statement that succeeded. Its result's objects are written.
#[derive(Debug, Deserialize)]
pub struct Answer {
    pub statement_type: StatementType,
    pub substatement_type: Option<String>,
    pub columns: Vec<Column>,
    pub scanned_bytes: u64,
    pub update_count: Option<u64>,
    pub output_location: String,
    pub manifest_location: Option<String>,
    /// Glue's operations and their requests, in their order: an object of one member each.
    pub changes: Vec<Map<String, Value>>,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub label: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub precision: u32,
    pub scale: u32,
    pub nullable: Option<String>,
}

impl Column {
    pub fn shown(&self) -> Value {
        let is_text = ["varchar", "char", "string"].contains(&self.kind.as_str());
        json!({
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": self.name,
            "Label": self.label.as_ref().unwrap_or(&self.name),
            "Type": self.kind,
            "Precision": self.precision,
            "Scale": self.scale,
            "Nullable": self.nullable.as_deref().unwrap_or("UNKNOWN"),
            "CaseSensitive": is_text,
        })
    }
}

/// Runs a statement to its end.
pub async fn run(cloud: &Cloud, lease: &Lease, request: &Request) -> Result<Answer, Failure> {
    let body = json!(request).to_string();
    let asked = http::Request::builder()
        .method(Method::POST)
        .uri("/statements")
        .header("content-type", "application/json")
        .body(Bytes::from(body))
        .map_err(|error| Failure::system(error.to_string()))?;
    let answer = cloud.world.programs.ask(lease.port, asked).await;
    let answer =
        answer.map_err(|error| Failure::system(format!("the SQL engine has gone: {error}")))?;
    let (status, body) = (answer.status(), answer.into_body());
    let unread = |error: serde_json::Error| {
        let text = String::from_utf8_lossy(&body);
        Failure::system(format!(
            "the SQL engine answered {status}, which is not understood ({error}): {text}"
        ))
    };
    if status == StatusCode::OK {
        return serde_json::from_slice(&body).map_err(unread);
    }
    Err(serde_json::from_slice(&body).unwrap_or_else(unread))
}

/// Stops a statement that runs; one that has ended is none.
pub async fn stop(cloud: &Cloud, lease: &Lease, id: &str) {
    let asked = http::Request::builder()
        .method(Method::DELETE)
        .uri(format!("/statements/{id}"))
        .body(Bytes::new());
    if let Ok(asked) = asked
        && let Err(error) = cloud.world.programs.ask(lease.port, asked).await
    {
        tracing::warn!(%error, query_execution.id = id, "the SQL engine could not be told to stop a statement");
    }
}
