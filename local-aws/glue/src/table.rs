//! Tables.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::database::Database;
use super::error::{already_exists, check_catalog, invalid, not_found, page};
use super::partition;
use super::storage::{Column, Parameters, StorageDescriptor};
use local_core::store::{self, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::permission::Caller;
use local_core::wire::{AwsError, Reply, json};
use local_core::{ACCOUNT, Call};

/// By region and database, and name.
const TABLES: store::Table<Table> = store::Table::new("glue/table");

/// Glue's most in one page.
const PAGE: usize = 100;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Table {
    pub input: TableInput,
    /// Rises with each update; the definitions before it are not kept.
    version: u64,
    created: Timestamp,
    updated: Timestamp,
    created_by: String,
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

/// Where a database's tables are kept. A name has no line break.
fn scope(region: &str, database: &str) -> String {
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

    pub fn created(&self) -> Timestamp {
        self.created
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
