//! A change of the catalogue by another service of this cloud, in its caller's name and its transaction.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::databases::{CreateDatabase, NamedDatabase};
use super::partitions::{CreatePartitions, NamedPartition};
use super::tables::{CreateTable, NamedTable, UpdateTable};
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_core::wire::permission::{self, Caller};

/// Does an operation if the caller's policies allow it.
pub fn apply(caller: Caller, tx: &Tx, operation: &str, members: &Value) -> Result<(), AwsError> {
    permission::check_in(caller, tx, operation, members)?;
    match operation {
        "CreateDatabase" => read::<CreateDatabase>(members)?.apply(&caller, tx),
        "DeleteDatabase" => read::<NamedDatabase>(members)?.delete(&caller, tx),
        "CreateTable" => read::<CreateTable>(members)?.apply(&caller, tx),
        "UpdateTable" => read::<UpdateTable>(members)?.apply(&caller, tx),
        "DeleteTable" => read::<NamedTable>(members)?.delete(&caller, tx),
        "BatchCreatePartition" => {
            let refused = read::<CreatePartitions>(members)?.apply(&caller, tx)?;
            match refused.first() {
                None => Ok(()),
                Some(error) => Err(super::error::invalid(error.to_string())),
            }
        }
        "DeletePartition" => read::<NamedPartition>(members)?.delete(&caller, tx),
        other => Err(AwsError::unsupported(format!(
            "local-aws does not change the catalogue by {other}"
        ))),
    }
}

fn read<T: DeserializeOwned>(members: &Value) -> Result<T, AwsError> {
    T::deserialize(members).map_err(|error| super::error::invalid(error.to_string()))
}
