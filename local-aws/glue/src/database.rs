//! Databases.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::not_found;
use super::storage::Parameters;
use local_core::ACCOUNT;
use local_core::store::{self, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, json};

/// By region and name.
pub const DATABASES: store::Table<Database> = store::Table::new("glue/database");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Database {
    pub input: DatabaseInput,
    pub created: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DatabaseInput {
    pub name: String,
    pub description: Option<String>,
    pub location_uri: Option<String>,
    pub parameters: Option<Parameters>,
}

impl Database {
    /// The database of that name, in any case.
    pub fn get(tx: &Tx, region: &str, name: &str) -> Result<Self, AwsError> {
        let found = DATABASES.get(tx, region, &name.to_lowercase());
        found.ok_or_else(|| not_found(format!("Database {} not found.", name.to_lowercase())))
    }

    /// By name.
    pub fn all(tx: &Tx, region: &str) -> Vec<(String, Self)> {
        DATABASES.list(tx, region)
    }

    pub fn shown(&self) -> Value {
        let mut members = json!(self.input);
        let more = json!({ "CreateTime": self.created.seconds(), "CatalogId": ACCOUNT });
        json::extend(&mut members, more);
        members
    }
}
