//! The operations on partitions, but for their list.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{already_exists, check_catalog, invalid};
use super::partition::{PARTITIONS, Partition, PartitionInput, name, scope};
use super::table::Table;
use local_core::Call;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::permission::Caller;
use local_core::wire::{AwsError, Reply};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreatePartition {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partition_input: PartitionInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreatePartitions {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partition_input_list: Vec<PartitionInput>,
}

/// The request of every operation that only names a partition.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NamedPartition {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partition_values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeletePartitions {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partitions_to_delete: Vec<Values>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Values {
    values: Vec<String>,
}

fn add(
    caller: &Caller,
    tx: &Tx,
    names: (&str, &str),
    input: PartitionInput,
) -> Result<(), AwsError> {
    let table = Table::get(tx, caller.region, names)?;
    if table.partition_keys().len() != input.values.len() {
        return Err(invalid(
            "The number of partition keys do not match the number of partition values",
        ));
    }
    let (scope, name) = (scope(caller.region, names), name(&input.values));
    if PARTITIONS.contains(tx, &scope, &name) {
        return Err(already_exists("Partition already exists."));
    }
    let created = Timestamp::now(&caller.cloud.world);
    PARTITIONS.put(tx, &scope, &name, &Partition { input, created });
    Ok(())
}

fn remove(
    caller: &Caller,
    tx: &Tx,
    table: (&str, &str),
    values: &[String],
) -> Result<(), AwsError> {
    Partition::get(tx, caller.region, table, values)?;
    PARTITIONS.delete(tx, &scope(caller.region, table), &name(values));
    Ok(())
}

impl CreatePartitions {
    /// One by one: those that are refused are answered.
    pub fn apply(self, caller: &Caller, tx: &Tx) -> Result<Vec<Value>, AwsError> {
        check_catalog(self.catalog_id.as_deref())?;
        let table = (self.database_name.as_str(), self.table_name.as_str());
        Table::get(tx, caller.region, table)?;
        let added = self.partition_input_list.into_iter().filter_map(|input| {
            let values = input.values.clone();
            let refused = add(caller, tx, table, input).err()?;
            Some(error(&values, &refused))
        });
        Ok(added.collect())
    }
}

impl NamedPartition {
    pub fn delete(self, caller: &Caller, tx: &Tx) -> Result<(), AwsError> {
        check_catalog(self.catalog_id.as_deref())?;
        let table = (self.database_name.as_str(), self.table_name.as_str());
        remove(caller, tx, table, &self.partition_values)
    }
}

pub async fn create(call: Call, request: CreatePartition) -> Result<(), AwsError> {
    check_catalog(request.catalog_id.as_deref())?;
    let caller = Caller::of(&call);
    let table = (request.database_name.as_str(), request.table_name.as_str());
    let store = &call.cloud.store;
    store.write(|tx| add(&caller, tx, table, request.partition_input))
}

pub async fn create_batch(call: Call, request: CreatePartitions) -> Reply {
    let caller = Caller::of(&call);
    let errors = call.cloud.store.write(|tx| request.apply(&caller, tx))?;
    Ok(json!({ "Errors": errors }))
}

pub async fn get(call: Call, request: NamedPartition) -> Reply {
    check_catalog(request.catalog_id.as_deref())?;
    let table = (request.database_name.as_str(), request.table_name.as_str());
    let values = &request.partition_values;
    let store = &call.cloud.store;
    let partition = store.read(|tx| Partition::get(tx, &call.region, table, values))?;
    Ok(json!({ "Partition": partition.shown(table) }))
}

pub async fn delete(call: Call, request: NamedPartition) -> Result<(), AwsError> {
    let caller = Caller::of(&call);
    call.cloud.store.write(|tx| request.delete(&caller, tx))
}

pub async fn delete_batch(call: Call, request: DeletePartitions) -> Reply {
    check_catalog(request.catalog_id.as_deref())?;
    let caller = Caller::of(&call);
    let table = (request.database_name.as_str(), request.table_name.as_str());
    let errors = call.cloud.store.write(|tx| {
        Table::get(tx, &call.region, table)?;
        let removed = request.partitions_to_delete.iter().filter_map(|each| {
            let refused = remove(&caller, tx, table, &each.values).err()?;
            Some(error(&each.values, &refused))
        });
        Ok::<Vec<Value>, AwsError>(removed.collect())
    })?;
    Ok(json!({ "Errors": errors }))
}

fn error(values: &[String], error: &AwsError) -> Value {
    json!({
        "PartitionValues": values,
        "ErrorDetail": { "ErrorCode": error.code, "ErrorMessage": error.message },
    })
}
