//! What a principal may see of the catalogue.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::database::Database;
use super::partition::Partition;
use super::table::Table;
use local_core::store::Tx;
use local_core::wire::permission::{self, Caller};

/// By database; members as Glue answers them.
pub type Catalog = BTreeMap<String, Tables>;

#[derive(Debug, Default, Serialize)]
pub struct Tables {
    pub tables: Vec<Value>,
    /// By table.
    pub partitions: BTreeMap<String, Vec<Value>>,
}

/// The databases, tables and partitions that the caller's policies let it get.
pub fn catalog(caller: Caller, tx: &Tx) -> Catalog {
    let region = caller.region;
    let may = |operation: &str, members: Value| {
        permission::check_in(caller, tx, operation, &members).is_ok()
    };
    let mut catalog = Catalog::new();
    for (database, _) in Database::all(tx, region) {
        if !may("GetDatabase", json!({ "Name": database })) {
            continue;
        }
        let mut seen = Tables::default();
        for (name, table) in Table::all(tx, region, &database) {
            if !may(
                "GetTable",
                json!({ "DatabaseName": database, "Name": name }),
            ) {
                continue;
            }
            seen.tables.push(table.shown(&database));
            let partitioned = json!({ "DatabaseName": database, "TableName": name });
            if !table.partition_keys().is_empty() && may("GetPartitions", partitioned) {
                let all = Partition::all(tx, region, (&database, &name)).into_iter();
                let shown = all.map(|(_, each)| each.shown((&database, &name)));
                let shown = shown.collect();
                seen.partitions.insert(name, shown);
            }
        }
        catalog.insert(database, seen);
    }
    catalog
}
