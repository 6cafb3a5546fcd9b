//! The operations on tables.

use serde::Deserialize;
use serde_json::{Value, json};

use super::database::Database;
use super::error::{already_exists, check_catalog, invalid, page};
use super::partition;
use super::table::{TABLES, Table, TableInput, scope};
use local_core::Call;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::permission::Caller;
use local_core::wire::{AwsError, Reply};

/// Glue's most in one page.
const PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateTable {
    catalog_id: Option<String>,
    database_name: String,
    table_input: TableInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateTable {
    catalog_id: Option<String>,
    database_name: String,
    table_input: TableInput,
    #[serde(rename = "SkipArchive")]
    _skip_archive: Option<bool>,
}

/// The request of every operation that only names a table.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NamedTable {
    catalog_id: Option<String>,
    database_name: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetTables {
    catalog_id: Option<String>,
    database_name: String,
    expression: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

impl CreateTable {
    pub fn apply(self, caller: &Caller, tx: &Tx) -> Result<(), AwsError> {
        check_catalog(self.catalog_id.as_deref())?;
        Database::get(tx, caller.region, &self.database_name)?;
        let mut input = self.table_input;
        input.name = input.name.to_lowercase();
        let name = input.name.clone();
        let scope = scope(caller.region, &self.database_name);
        if TABLES.contains(tx, &scope, &name) {
            return Err(already_exists("Table already exists."));
        }
        let now = Timestamp::now(&caller.cloud.world);
        let table = Table {
            input,
            version: 0,
            created: now,
            updated: now,
            created_by: caller.principal.arn(),
        };
        TABLES.put(tx, &scope, &name, &table);
        Ok(())
    }
}

impl UpdateTable {
    pub fn apply(self, caller: &Caller, tx: &Tx) -> Result<(), AwsError> {
        check_catalog(self.catalog_id.as_deref())?;
        let mut input = self.table_input;
        input.name = input.name.to_lowercase();
        let name = input.name.clone();
        let before = Table::get(tx, caller.region, (&self.database_name, &name))?;
        let table = Table {
            input,
            version: before.version + 1,
            updated: Timestamp::now(&caller.cloud.world),
            ..before
        };
        TABLES.put(
            tx,
            &scope(caller.region, &self.database_name),
            &name,
            &table,
        );
        Ok(())
    }
}

impl NamedTable {
    /// With its partitions.
    pub fn delete(self, caller: &Caller, tx: &Tx) -> Result<(), AwsError> {
        check_catalog(self.catalog_id.as_deref())?;
        let (database, name) = (self.database_name.as_str(), self.name.to_lowercase());
        Table::get(tx, caller.region, (database, &name))?;
        partition::delete_all(tx, caller.region, (database, &name));
        TABLES.delete(tx, &scope(caller.region, database), &name);
        Ok(())
    }
}

pub async fn create(call: Call, request: CreateTable) -> Result<(), AwsError> {
    let caller = Caller::of(&call);
    call.cloud.store.write(|tx| request.apply(&caller, tx))
}

pub async fn update(call: Call, request: UpdateTable) -> Result<(), AwsError> {
    let caller = Caller::of(&call);
    call.cloud.store.write(|tx| request.apply(&caller, tx))
}

pub async fn delete(call: Call, request: NamedTable) -> Result<(), AwsError> {
    let caller = Caller::of(&call);
    call.cloud.store.write(|tx| request.delete(&caller, tx))
}

pub async fn get(call: Call, request: NamedTable) -> Reply {
    check_catalog(request.catalog_id.as_deref())?;
    let name = (request.database_name.as_str(), request.name.as_str());
    let store = &call.cloud.store;
    let table = store.read(|tx| Table::get(tx, &call.region, name))?;
    Ok(json!({ "Table": table.shown(name.0) }))
}

pub async fn list(call: Call, request: GetTables) -> Reply {
    check_catalog(request.catalog_id.as_deref())?;
    let database = request.database_name.as_str();
    let mut all = call.cloud.store.read(|tx| {
        Database::get(tx, &call.region, database)?;
        Ok::<_, AwsError>(Table::all(tx, &call.region, database))
    })?;
    if let Some(expression) = &request.expression {
        let pattern = name_pattern(expression).map_err(invalid)?;
        all.retain(|(name, _)| pattern.is_match(name));
    }
    let size = request.max_results.unwrap_or(PAGE);
    let page = page(all, |(name, _)| name, request.next_token.as_deref(), size)?;
    let shown = page.items.iter().map(|(_, table)| table.shown(database));
    let shown: Vec<Value> = shown.collect();
    Ok(json!({ "TableList": shown, "NextToken": page.next_token }))
}

/// A filter of tables' names: a regular expression in which a star alone stands for anything, as in Hive's.
pub fn name_pattern(expression: &str) -> Result<regex::Regex, String> {
    let mut pattern = String::new();
    for letter in expression.chars() {
        if letter == '*' && !pattern.ends_with(['.', ')', ']']) {
            pattern.push('.');
        }
        pattern.push(letter);
    }
    regex::Regex::new(&format!("(?i)^(?:{pattern})$")).map_err(|error| error.to_string())
}
