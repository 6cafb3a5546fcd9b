//! A deployed resource as it is kept.

use std::collections::{BTreeMap, BTreeSet};

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
    /// The value of `Ref`.
    pub physical_id: String,
    /// The values of `GetAtt`.
    pub attributes: Map<String, Value>,
    /// The resources that SAM generates for a function, by the rest of their logical ids: `Role`, `Url`,
    /// an event's name.
    #[serde(default)]
    pub generated: BTreeMap<String, Generated>,
    /// Whether it stays when the template has it no more.
    #[serde(default)]
    pub retained: bool,
    /// Its place in the order of deployment, the reverse of which is the order of removal.
    #[serde(default)]
    pub position: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Generated {
    pub resource_type: String,
    pub physical_id: String,
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

    /// One that is as stored costs no write. One that replaces another resource leaves a row of that
    /// one under a name that no template has, until it is removed.
    pub fn store(&self, cloud: &Cloud, logical_id: &str, replaced: Option<&Self>) {
        if replaced.is_none() && Self::find(cloud, logical_id).as_ref() == Some(self) {
            return;
        }
        let region = &cloud.settings.region;
        cloud.store.update(|tx| {
            if let Some(replaced) = replaced {
                let name = format!("{logical_id} {}", replaced.physical_id);
                RESOURCES.put(tx, region, &name, replaced);
            }
            RESOURCES.put(tx, region, logical_id, self);
        });
    }

    pub fn delete(cloud: &Cloud, name: &str) {
        cloud
            .store
            .update(|tx| RESOURCES.delete(tx, &cloud.settings.region, name));
    }
}

/// Types and physical ids of the resources that the template has now, and of those that SAM generates.
pub(super) struct InUse(BTreeSet<(String, String)>);

impl InUse {
    pub fn new<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let ids = rows.flat_map(|row| {
            let generated = row.generated.values();
            let generated = generated.map(|each| (&each.resource_type, &each.physical_id));
            generated.chain([(&row.resource_type, &row.physical_id)])
        });
        Self(ids.map(|(kind, id)| (kind.clone(), id.clone())).collect())
    }

    pub fn has(&self, resource_type: &str, physical_id: &str) -> bool {
        let id = (resource_type.to_owned(), physical_id.to_owned());
        self.0.contains(&id)
    }
}

/// The logical id of a row's name.
pub(super) fn logical_id(name: &str) -> &str {
    name.split(' ').next().unwrap_or_default()
}

pub(super) fn outputs(tx: &Tx, region: &str) -> BTreeMap<String, String> {
    OUTPUTS.get(tx, region, "").unwrap_or_default()
}

pub(super) fn store_outputs(cloud: &Cloud, outputs: &BTreeMap<String, String>) {
    cloud
        .store
        .update(|tx| OUTPUTS.put(tx, &cloud.settings.region, "", outputs));
}
