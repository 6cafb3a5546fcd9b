//! The operations on databases.

use serde::Deserialize;
use serde_json::{Value, json};

use super::database::{DATABASES, Database, DatabaseInput};
use super::error::{already_exists, check_catalog, page};
use super::{partition, table};
use local_core::Call;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::permission::Caller;
use local_core::wire::{AwsError, Reply};

/// Glue's most in one page.
const PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateDatabase {
    catalog_id: Option<String>,
    database_input: DatabaseInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateDatabase {
    catalog_id: Option<String>,
    name: String,
    database_input: DatabaseInput,
}

/// The request of every operation that only names a database.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NamedDatabase {
    catalog_id: Option<String>,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetDatabases {
    catalog_id: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

impl CreateDatabase {
    pub fn apply(self, caller: &Caller, tx: &Tx) -> Result<(), AwsError> {
        check_catalog(self.catalog_id.as_deref())?;
        let mut input = self.database_input;
        input.name = input.name.to_lowercase();
        if DATABASES.contains(tx, caller.region, &input.name) {
            return Err(already_exists("Database already exists."));
        }
        let name = input.name.clone();
        let created = Timestamp::now(&caller.cloud.world);
        DATABASES.put(tx, caller.region, &name, &Database { input, created });
        Ok(())
    }
}

impl NamedDatabase {
    /// With its tables, as Glue does.
    pub fn delete(self, caller: &Caller, tx: &Tx) -> Result<(), AwsError> {
        check_catalog(self.catalog_id.as_deref())?;
        let name = self.name.to_lowercase();
        Database::get(tx, caller.region, &name)?;
        for (table, _) in table::Table::all(tx, caller.region, &name) {
            partition::delete_all(tx, caller.region, (&name, &table));
        }
        table::delete_all(tx, caller.region, &name);
        DATABASES.delete(tx, caller.region, &name);
        Ok(())
    }
}

pub async fn create(call: Call, request: CreateDatabase) -> Result<(), AwsError> {
    let caller = Caller::of(&call);
    call.cloud.store.write(|tx| request.apply(&caller, tx))
}

pub async fn get(call: Call, request: NamedDatabase) -> Reply {
    check_catalog(request.catalog_id.as_deref())?;
    let store = &call.cloud.store;
    let database = store.read(|tx| Database::get(tx, &call.region, &request.name))?;
    Ok(json!({ "Database": database.shown() }))
}

pub async fn list(call: Call, request: GetDatabases) -> Reply {
    check_catalog(request.catalog_id.as_deref())?;
    let all = call.cloud.store.read(|tx| Database::all(tx, &call.region));
    let size = request.max_results.unwrap_or(PAGE);
    let page = page(all, |(name, _)| name, request.next_token.as_deref(), size)?;
    let shown: Vec<Value> = page.items.iter().map(|(_, each)| each.shown()).collect();
    Ok(json!({ "DatabaseList": shown, "NextToken": page.next_token }))
}

/// The name stays: tables lie under it.
pub async fn update(call: Call, request: UpdateDatabase) -> Result<(), AwsError> {
    check_catalog(request.catalog_id.as_deref())?;
    let name = request.name.to_lowercase();
    if request.database_input.name.to_lowercase() != name {
        return Err(AwsError::unsupported(
            "local-aws does not rename a database by UpdateDatabase",
        ));
    }
    call.cloud.store.write(|tx| {
        let before = Database::get(tx, &call.region, &name)?;
        let mut input = request.database_input;
        input.name.clone_from(&name);
        let database = Database { input, ..before };
        DATABASES.put(tx, &call.region, &name, &database);
        Ok(())
    })
}

pub async fn delete(call: Call, request: NamedDatabase) -> Result<(), AwsError> {
    let caller = Caller::of(&call);
    call.cloud.store.write(|tx| request.delete(&caller, tx))
}
