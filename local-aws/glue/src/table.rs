//! Tables.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::database::Database;
use super::error::not_found;
use super::storage::{Column, Parameters, StorageDescriptor};
use local_core::ACCOUNT;
use local_core::store::{self, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, json};

/// By region and database, and name.
pub const TABLES: store::Table<Table> = store::Table::new("glue/table");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Table {
    pub input: TableInput,
    /// Rises with each update; the definitions before it are not kept.
    pub version: u64,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub created_by: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TableInput {
    pub name: String,
    pub description: Option<String>,
    pub owner: Option<String>,
    pub last_access_time: Option<f64>,
    pub last_analyzed_time: Option<f64>,
    pub retention: Option<i64>,
    pub storage_descriptor: Option<StorageDescriptor>,
    pub partition_keys: Option<Vec<Column>>,
    pub view_original_text: Option<String>,
    pub view_expanded_text: Option<String>,
    pub table_type: Option<String>,
    pub parameters: Option<Parameters>,
}

/// Where a database's tables are kept. A name has no line break.
pub fn scope(region: &str, database: &str) -> String {
    format!("{region}\n{}", database.to_lowercase())
}

impl Table {
    /// The table of that name, in any case.
    pub fn get(tx: &Tx, region: &str, (database, name): (&str, &str)) -> Result<Self, AwsError> {
        Database::get(tx, region, database)?;
        let found = TABLES.get(tx, &scope(region, database), &name.to_lowercase());
        found.ok_or_else(|| not_found(format!("Table {} not found.", name.to_lowercase())))
    }

    /// By name.
    pub fn all(tx: &Tx, region: &str, database: &str) -> Vec<(String, Self)> {
        TABLES.list(tx, &scope(region, database))
    }

    pub fn partition_keys(&self) -> &[Column] {
        self.input.partition_keys.as_deref().unwrap_or_default()
    }

    pub fn columns(&self) -> &[Column] {
        let storage = self.input.storage_descriptor.as_ref();
        let columns = storage.and_then(|storage| storage.columns.as_deref());
        columns.unwrap_or_default()
    }

    pub fn shown(&self, database: &str) -> Value {
        let mut members = json!(self.input);
        let more = json!({
            "DatabaseName": database.to_lowercase(),
            "CreateTime": self.created.seconds(),
            "UpdateTime": self.updated.seconds(),
            "CreatedBy": self.created_by,
            "IsRegisteredWithLakeFormation": false,
            "CatalogId": ACCOUNT,
            "VersionId": self.version.to_string(),
        });
        json::extend(&mut members, more);
        json::without_nulls(members)
    }
}

/// Deletes the tables of a database.
pub fn delete_all(tx: &Tx, region: &str, database: &str) {
    TABLES.delete_all(tx, &scope(region, database));
}
