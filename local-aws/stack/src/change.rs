//! One resource: as the template has it, as an earlier deployment left it, and as it was provisioned.

use std::collections::BTreeMap;

use sam::Resource;
use serde_json::{Map, Value};

use super::call::Context;
use super::identity;
use super::row::{Generated, Row};

/// A resource of the template and the rows of an earlier deployment.
pub(super) struct Change {
    pub resource: Resource,
    /// The row of its logical id, which may be that of another resource.
    pub before: Option<Row>,
    /// The row of the same resource, which may have had another logical id.
    pub deployed: Option<Row>,
}

/// A resource that was provisioned: its `Ref`, its `GetAtt`, and the resources that SAM generates for it.
pub(super) struct Provisioned {
    pub physical_id: String,
    pub attributes: Map<String, Value>,
    pub generated: BTreeMap<String, Generated>,
}

impl Provisioned {
    pub fn new<const N: usize>(
        physical_id: impl Into<String>,
        attributes: [(&str, Value); N],
    ) -> Self {
        Self {
            physical_id: physical_id.into(),
            attributes: named(attributes),
            generated: BTreeMap::new(),
        }
    }
}

pub(super) fn named<const N: usize>(attributes: [(&str, Value); N]) -> Map<String, Value> {
    let attributes = attributes.into_iter();
    attributes
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

impl Change {
    pub fn new(context: &Context, resource: Resource) -> Self {
        let before = Row::find(&context.cloud, &resource.logical_id);
        let deployed = identity::deployed(context, &resource, before.as_ref());
        Self {
            resource,
            before,
            deployed,
        }
    }

    /// The row of the same resource, if these properties of it are as they were.
    pub fn deployed_with_unchanged(&self, names: &[&str]) -> Option<&Row> {
        let now = &self.resource.properties;
        let is_as_before = |row: &&Row| {
            names
                .iter()
                .all(|name| row.properties.get(*name) == now.get(*name))
        };
        self.deployed.as_ref().filter(is_as_before)
    }

    /// The row of a resource that this one replaces.
    pub fn replaced(&self, row: &Row) -> Option<Row> {
        let before = self.before.as_ref()?;
        let is_same =
            before.resource_type == row.resource_type && before.physical_id == row.physical_id;
        (!is_same).then(|| Row {
            retained: retains(self.resource.update_replace_policy.as_deref()),
            ..before.clone()
        })
    }

    pub fn row(&self, provisioned: Provisioned) -> Row {
        Row {
            resource_type: self.resource.resource_type.clone(),
            properties: self.resource.properties.clone(),
            physical_id: provisioned.physical_id,
            attributes: provisioned.attributes,
            generated: provisioned.generated,
            retained: retains(self.resource.deletion_policy.as_deref()),
            position: 0,
        }
    }

    pub fn property(&self, name: &str) -> Option<&str> {
        self.resource.properties.get(name).and_then(Value::as_str)
    }

    /// The property, or the name that a stack gives.
    pub fn name(&self, context: &Context, property: &str) -> String {
        self.property(property).map_or_else(
            || context.default_name(&self.resource.logical_id),
            str::to_owned,
        )
    }
}

/// CloudFormation's policies that keep a resource.
fn retains(policy: Option<&str>) -> bool {
    matches!(policy, Some("Retain" | "RetainExceptOnCreate"))
}
