//! Partitions of a table.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::not_found;
use super::storage::{Parameters, StorageDescriptor};
use super::table::Table;
use local_core::ACCOUNT;
use local_core::store::{self, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, json};

/// By region, database and table, and values.
pub const PARTITIONS: store::Table<Partition> = store::Table::new("glue/partition");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Partition {
    pub input: PartitionInput,
    pub created: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PartitionInput {
    pub values: Vec<String>,
    pub last_access_time: Option<f64>,
    pub last_analyzed_time: Option<f64>,
    pub storage_descriptor: Option<StorageDescriptor>,
    pub parameters: Option<Parameters>,
}

pub fn scope(region: &str, (database, table): (&str, &str)) -> String {
    let (database, table) = (database.to_lowercase(), table.to_lowercase());
    format!("{region}\n{database}\n{table}")
}

/// The name that its values give it.
pub fn name(values: &[String]) -> String {
    json!(values).to_string()
}

impl Partition {
    /// In the order of their values.
    pub fn all(tx: &Tx, region: &str, table: (&str, &str)) -> Vec<(String, Self)> {
        PARTITIONS.list(tx, &scope(region, table))
    }

    pub fn get(
        tx: &Tx,
        region: &str,
        table: (&str, &str),
        values: &[String],
    ) -> Result<Self, AwsError> {
        Table::get(tx, region, table)?;
        let found = PARTITIONS.get(tx, &scope(region, table), &name(values));
        found.ok_or_else(|| not_found("Cannot find partition."))
    }

    pub fn shown(&self, (database, table): (&str, &str)) -> Value {
        let mut members = json!(self.input);
        let more = json!({
            "DatabaseName": database.to_lowercase(),
            "TableName": table.to_lowercase(),
            "CreationTime": self.created.seconds(),
            "CatalogId": ACCOUNT,
        });
        json::extend(&mut members, more);
        json::without_nulls(members)
    }
}

/// Deletes the partitions of a table.
pub fn delete_all(tx: &Tx, region: &str, table: (&str, &str)) {
    PARTITIONS.delete_all(tx, &scope(region, table));
}
