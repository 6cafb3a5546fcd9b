//! The Glue definitions that came with a statement.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{AthenaError, Result};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Catalog {
    pub databases: BTreeMap<String, Database>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Database {
    pub tables: Vec<Table>,
    /// By table.
    pub partitions: BTreeMap<String, Vec<Partition>>,
}

/// The members of Glue's `Table` that a query reads.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Table {
    pub name: String,
    pub table_type: Option<String>,
    pub view_original_text: Option<String>,
    pub partition_keys: Vec<Column>,
    pub parameters: BTreeMap<String, String>,
    pub storage_descriptor: Storage,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Partition {
    pub values: Vec<String>,
    pub storage_descriptor: Storage,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Storage {
    pub columns: Vec<Column>,
    pub location: Option<String>,
    pub input_format: Option<String>,
    pub serde_info: Serde,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Serde {
    pub serialization_library: Option<String>,
    pub parameters: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Column {
    pub name: String,
    #[serde(rename = "Type")]
    pub kind: String,
    pub comment: Option<String>,
}

impl Table {
    pub fn is_view(&self) -> bool {
        self.table_type.as_deref() == Some("VIRTUAL_VIEW")
    }

    pub fn location(&self) -> Result<&str> {
        let location = self.storage_descriptor.location.as_deref();
        location.ok_or_else(|| {
            AthenaError::user(format!(
                "HIVE_INVALID_METADATA: table {} has no location",
                self.name
            ))
        })
    }
}

impl Catalog {
    pub fn database(&self, name: &str) -> Result<&Database> {
        let found = self.databases.get(&name.to_lowercase());
        found.ok_or_else(|| {
            AthenaError::user(format!("SCHEMA_NOT_FOUND: Schema '{name}' does not exist"))
        })
    }

    pub fn table(&self, database: &str, name: &str) -> Result<&Table> {
        let found = self.find(database, name);
        found.ok_or_else(|| {
            AthenaError::user(format!(
                "TABLE_NOT_FOUND: Table 'awsdatacatalog.{database}.{name}' does not exist"
            ))
        })
    }

    pub fn find(&self, database: &str, name: &str) -> Option<&Table> {
        let tables = &self.databases.get(&database.to_lowercase())?.tables;
        tables
            .iter()
            .find(|table| table.name.eq_ignore_ascii_case(name))
    }

    pub fn partitions(&self, database: &str, table: &str) -> &[Partition] {
        let database = self.databases.get(&database.to_lowercase());
        database
            .and_then(|database| database.partitions.get(&table.to_lowercase()))
            .map_or(&[], Vec::as_slice)
    }
}
