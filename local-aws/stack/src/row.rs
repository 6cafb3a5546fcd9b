//! What was made for a logical id.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use local_core::Cloud;
use local_core::store::{Table, Tx};

const RESOURCES: Table<Row> = Table::new("stack/resource");
const OUTPUTS: Table<BTreeMap<String, String>> = Table::new("stack/outputs");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    pub resource_type: String,
    /// As resolved: the same properties mean that nothing is to be done.
    pub properties: Map<String, Value>,
    /// What `Ref` gives.
    pub physical_id: String,
    /// What `GetAtt` gives.
    pub attributes: Map<String, Value>,
}

impl Row {
    pub fn find(cloud: &Cloud, logical_id: &str) -> Option<Self> {
        cloud
            .store
            .read(|tx| RESOURCES.get(tx, &cloud.settings.region, logical_id))
    }

    pub fn all(cloud: &Cloud) -> Vec<(String, Self)> {
        cloud
            .store
            .read(|tx| RESOURCES.list(tx, &cloud.settings.region))
    }

    /// One that is as stored costs no write.
    pub fn store(&self, cloud: &Cloud, logical_id: &str) {
        if Self::find(cloud, logical_id).as_ref() != Some(self) {
            write(cloud, |tx| {
                RESOURCES.put(tx, &cloud.settings.region, logical_id, self)
            });
        }
    }

    pub fn delete(cloud: &Cloud, logical_id: &str) {
        write(cloud, |tx| {
            RESOURCES.delete(tx, &cloud.settings.region, logical_id);
        });
    }
}

pub(super) fn outputs(tx: &Tx, region: &str) -> BTreeMap<String, String> {
    OUTPUTS.get(tx, region, "").unwrap_or_default()
}

pub(super) fn store_outputs(cloud: &Cloud, outputs: &BTreeMap<String, String>) {
    write(cloud, |tx| {
        OUTPUTS.put(tx, &cloud.settings.region, "", outputs)
    });
}

fn write(cloud: &Cloud, f: impl FnOnce(&Tx)) {
    let done: Result<(), Infallible> = cloud.store.write(|tx| {
        f(tx);
        Ok(())
    });
    let Ok(()) = done;
}
