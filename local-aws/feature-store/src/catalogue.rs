//! The Glue table that reads a group's rows, made and changed in its caller's name.

use serde_json::{Value, json};

use super::config::DataCatalogConfig;
use super::feature::{Feature, FeatureType, RESERVED};
use super::group::FeatureGroup;
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_core::wire::permission::Caller;
use local_glue::Database;

/// The only catalogue.
pub const CATALOG: &str = "AwsDataCatalog";

/// Feature Store's own database.
pub const DATABASE: &str = "sagemaker_featurestore";

/// Makes the table, and the database where it is missing.
pub fn create(caller: Caller, tx: &Tx, group: &FeatureGroup) -> Result<(), AwsError> {
    let Some((catalog, table)) = table(group) else {
        return Ok(());
    };
    let database = &catalog.database;
    if Database::get(tx, caller.region, database).is_err() {
        let members = json!({ "DatabaseInput": { "Name": database } });
        local_glue::apply(caller, tx, "CreateDatabase", &members)?;
    }
    local_glue::apply(caller, tx, "CreateTable", &table)
}

/// Gives the table the columns of features that were added.
pub fn update(caller: Caller, tx: &Tx, group: &FeatureGroup) -> Result<(), AwsError> {
    match table(group) {
        Some((_, table)) => local_glue::apply(caller, tx, "UpdateTable", &table),
        None => Ok(()),
    }
}

/// The table that the group owns, and its definition as Glue's requests have it.
fn table(group: &FeatureGroup) -> Option<(&DataCatalogConfig, Value)> {
    let offline = group.offline.as_ref().filter(|store| store.makes_table())?;
    let catalog = offline.data_catalog_config.as_ref()?;
    let own = RESERVED.map(|name| match name {
        "is_deleted" => column(name, "boolean"),
        _ => column(name, "timestamp"),
    });
    let columns = group.features.iter().map(of_feature).chain(own);
    let columns: Vec<Value> = columns.collect();
    let table = json!({
        "DatabaseName": catalog.database,
        "TableInput": {
            "Name": catalog.table_name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": { "EXTERNAL": "TRUE", "classification": "parquet" },
            "StorageDescriptor": {
                "Columns": columns,
                "Location": offline.location(),
                "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                "SerdeInfo": {
                    "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
                },
            },
        },
    });
    Some((catalog, table))
}

fn of_feature(feature: &Feature) -> Value {
    let kind = match feature.kind {
        FeatureType::String => "string",
        FeatureType::Integral => "bigint",
        FeatureType::Fractional => "double",
    };
    column(&feature.name.to_lowercase(), kind)
}

fn column(name: &str, kind: &str) -> Value {
    json!({ "Name": name, "Type": kind })
}
