//! A deployed resource as it is kept.

use std::collections::{BTreeMap, BTreeSet};

use sam::Resource;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::call::STACK_NAME;
use super::status::Status;
use local_core::Cloud;
use local_core::store::{Table, Tx};

/// The resources that the stack has, by logical id.
pub(super) const RESOURCES: Table<Row> = Table::new("stack/resource");

/// Those of an update as they stood before it, by logical id: where a rollback leads.
pub(super) const BEFORE: Table<Row> = Table::new("stack/before-update");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    #[serde(default)]
    pub logical_id: String,
    pub resource_type: String,
    #[serde(default)]
    pub status: Status,
    /// As resolved: the same properties mean that nothing is to be done. They are stored before the service
    /// is asked for them.
    pub properties: Map<String, Value>,
    /// The value of `Ref`; empty until it is known.
    pub physical_id: String,
    /// The name that the stack gives, where the template gives none.
    #[serde(default)]
    pub default_name: String,
    /// The values of `GetAtt`.
    pub attributes: Map<String, Value>,
    /// The resources that SAM generates for a function, by the rest of their logical ids: `Role`, `Url`,
    /// an event's name.
    #[serde(default)]
    pub generated: BTreeMap<String, Generated>,
    /// Logical ids of the resources that it refers to or depends on: it is deleted before them.
    #[serde(default)]
    pub needs: Vec<String>,
    #[serde(default)]
    pub deletion_policy: Option<String>,
    #[serde(default)]
    pub update_replace_policy: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Generated {
    pub resource_type: String,
    pub physical_id: String,
    pub attributes: Map<String, Value>,
}

impl Row {
    pub fn all(tx: &Tx, table: Table<Self>, region: &str) -> BTreeMap<String, Self> {
        let rows = table.list(tx, region).into_iter();
        rows.map(|(logical_id, row)| (logical_id.clone(), row.named(logical_id)))
            .collect()
    }

    /// A state of an older version has rows without names.
    fn named(self, logical_id: String) -> Self {
        let default_name = if self.default_name.is_empty() {
            format!("{STACK_NAME}-{logical_id}")
        } else {
            self.default_name
        };
        Self {
            logical_id,
            default_name,
            ..self
        }
    }

    pub fn deployed(cloud: &Cloud) -> BTreeMap<String, Self> {
        cloud
            .store
            .read(|tx| Self::deployed_in(tx, &cloud.settings.region))
    }

    pub fn deployed_in(tx: &Tx, region: &str) -> BTreeMap<String, Self> {
        Self::all(tx, RESOURCES, region)
    }

    pub fn put(&self, tx: &Tx, region: &str) {
        RESOURCES.put(tx, region, &self.logical_id, self);
    }

    /// The resource that the row is of: a group's name is one of its pool.
    pub fn identity(&self) -> (&str, &str, Option<&Value>) {
        let pool = self.properties.get("UserPoolId");
        (&self.logical_id, &self.physical_id, pool)
    }

    /// The resource as the template had it.
    pub fn resource(&self) -> Resource {
        Resource {
            logical_id: self.logical_id.clone(),
            resource_type: self.resource_type.clone(),
            properties: self.properties.clone(),
            depends_on: Vec::new(),
            condition: None,
            deletion_policy: self.deletion_policy.clone(),
            update_replace_policy: self.update_replace_policy.clone(),
            metadata: Value::Null,
        }
    }
}

/// Types and physical ids of the resources that SAM generates for the stack's functions.
pub(super) struct InUse(BTreeSet<(String, String)>);

impl InUse {
    pub fn new<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let generated = rows.flat_map(|row| row.generated.values());
        let ids = generated.map(|each| (each.resource_type.clone(), each.physical_id.clone()));
        Self(ids.collect())
    }

    pub fn has(&self, generated: &Generated) -> bool {
        let Generated {
            resource_type,
            physical_id,
            ..
        } = generated;
        self.0
            .contains(&(resource_type.clone(), physical_id.clone()))
    }
}
