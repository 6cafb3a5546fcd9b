//! The catalogue by Athena's operations: Glue's, in Athena's words.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{metadata, page};
use local_core::Call;
use local_core::store::Tx;
use local_core::wire::permission::{self, Caller};
use local_core::wire::{AwsError, Reply};
use local_glue::{Column, Database, Table, name_pattern};

/// The account's own catalogue.
const CATALOG: &str = "AwsDataCatalog";

/// Athena's most in one page.
const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CatalogsRequest {
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
    #[serde(rename = "MaxResults")]
    _max_results: Option<usize>,
    #[serde(rename = "WorkGroup")]
    _work_group: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DatabasesRequest {
    catalog_name: String,
    next_token: Option<String>,
    max_results: Option<usize>,
    #[serde(rename = "WorkGroup")]
    _work_group: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TablesRequest {
    catalog_name: String,
    database_name: String,
    expression: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
    #[serde(rename = "WorkGroup")]
    _work_group: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TableRequest {
    catalog_name: String,
    database_name: String,
    table_name: String,
    #[serde(rename = "WorkGroup")]
    _work_group: Option<String>,
}

/// One, so that a token never is.
pub async fn list_catalogs(_: Call, _: CatalogsRequest) -> Reply {
    Ok(json!({ "DataCatalogsSummary": [{ "CatalogName": CATALOG, "Type": "GLUE" }] }))
}

pub async fn list_databases(call: Call, request: DatabasesRequest) -> Reply {
    check_catalog(&request.catalog_name)?;
    let all = read(&call, "GetDatabases", &json!({}), |tx| {
        Ok(Database::all(tx, &call.region))
    })?;
    let size = request.max_results.unwrap_or(PAGE);
    let page = page(all, |(name, _)| name, request.next_token.as_deref(), size)?;
    let shown = page.items.iter().map(|(name, database)| {
        let input = &database.input;
        json!({ "Name": name, "Description": input.description, "Parameters": input.parameters })
    });
    let shown: Vec<Value> = shown.collect();
    Ok(json!({ "DatabaseList": shown, "NextToken": page.next_token }))
}

pub async fn list_tables(call: Call, request: TablesRequest) -> Reply {
    check_catalog(&request.catalog_name)?;
    let database = request.database_name.as_str();
    let members = json!({ "DatabaseName": database });
    let mut all = read(&call, "GetTables", &members, |tx| {
        Database::get(tx, &call.region, database)?;
        Ok(Table::all(tx, &call.region, database))
    })?;
    if let Some(expression) = &request.expression {
        let pattern = name_pattern(expression).map_err(super::error::invalid)?;
        all.retain(|(name, _)| pattern.is_match(name));
    }
    let size = request.max_results.unwrap_or(PAGE);
    let page = page(all, |(name, _)| name, request.next_token.as_deref(), size)?;
    let shown: Vec<Value> = page.items.iter().map(|(_, table)| shown(table)).collect();
    Ok(json!({ "TableMetadataList": shown, "NextToken": page.next_token }))
}

pub async fn get_table(call: Call, request: TableRequest) -> Reply {
    check_catalog(&request.catalog_name)?;
    let names = (request.database_name.as_str(), request.table_name.as_str());
    let members = json!({ "DatabaseName": names.0, "Name": names.1 });
    let table = read(&call, "GetTable", &members, |tx| {
        Table::get(tx, &call.region, names)
    })?;
    Ok(json!({ "TableMetadata": shown(&table) }))
}

/// What Glue answers to its operation, if the caller may ask for it.
fn read<T>(
    call: &Call,
    operation: &str,
    members: &Value,
    look: impl FnOnce(&Tx) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    let found = call.cloud.store.read(|tx| {
        permission::check_in(Caller::of(call), tx, operation, members)?;
        look(tx)
    });
    found.map_err(|error| metadata(&error))
}

fn check_catalog(name: &str) -> Result<(), AwsError> {
    if name.eq_ignore_ascii_case(CATALOG) {
        return Ok(());
    }
    let missing = AwsError::new(
        400,
        "CatalogNotFound",
        format!("Catalog {name} was not found"),
    );
    Err(metadata(&missing))
}

fn shown(table: &Table) -> Value {
    json!({
        "Name": table.input.name,
        "CreateTime": table.created.seconds(),
        "LastAccessTime": table.input.last_access_time,
        "TableType": table.input.table_type,
        "Columns": columns(table.columns()),
        "PartitionKeys": columns(table.partition_keys()),
        "Parameters": table.input.parameters,
    })
}

fn columns(columns: &[Column]) -> Vec<Value> {
    let shown = columns.iter().map(
        |column| json!({ "Name": column.name, "Type": column.kind, "Comment": column.comment }),
    );
    shown.collect()
}
