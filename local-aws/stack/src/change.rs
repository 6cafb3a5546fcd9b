//! One resource that is to be created or updated, and what its service made of it.

use std::collections::BTreeMap;

use sam::Resource;
use serde_json::{Map, Value};

use super::call::Context;
use super::row::{Generated, Row};
use super::status::Status;

/// A resource of the template and what is there of it.
pub(super) struct Change {
    pub resource: Resource,
    /// Logical ids of the resources that it refers to or depends on.
    pub needs: Vec<String>,
    pub origin: Origin,
    /// Its name, where the template gives none.
    default_name: String,
}

/// What is there of a resource.
pub(super) enum Origin {
    New,
    /// Its creation began, and nobody knows whether it ended.
    Interrupted,
    Deployed(Box<Row>),
}

/// A resource that was provisioned: its `Ref`, its `GetAtt`, and the resources that SAM generates for it.
#[derive(Default)]
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
    pub fn creation(context: &Context, resource: Resource, needs: &[String]) -> Self {
        Self {
            default_name: context.default_name(&resource.logical_id),
            needs: needs.to_vec(),
            origin: Origin::New,
            resource,
        }
    }

    /// A creation beside the resource that it replaces, whose default name is taken.
    pub fn replacement(context: &Context, resource: Resource, needs: &[String]) -> Self {
        let creation = Self::creation(context, resource, needs);
        let suffix = context.cloud.world.dice("stack/name").hex(12);
        let default_name = format!("{}-{suffix}", creation.default_name);
        Self {
            default_name,
            ..creation
        }
    }

    pub fn update(resource: Resource, needs: &[String], deployed: Row) -> Self {
        Self {
            default_name: deployed.default_name.clone(),
            needs: needs.to_vec(),
            origin: Origin::Deployed(Box::new(deployed)),
            resource,
        }
    }

    /// The creation that left this row, again.
    pub fn interrupted(row: &Row) -> Self {
        Self {
            resource: row.resource(),
            needs: row.needs.clone(),
            origin: Origin::Interrupted,
            default_name: row.default_name.clone(),
        }
    }

    pub fn deployed(&self) -> Option<&Row> {
        match &self.origin {
            Origin::Deployed(row) => Some(row),
            Origin::New | Origin::Interrupted => None,
        }
    }

    pub fn is_new(&self) -> bool {
        matches!(self.origin, Origin::New)
    }

    /// Refuses to create a resource under the name of one that is there, as CloudFormation does.
    pub fn check_name(&self, name: &str, is_taken: bool) -> anyhow::Result<()> {
        let kind = &self.resource.resource_type;
        anyhow::ensure!(
            !(self.is_new() && is_taken),
            "Resource of type '{kind}' with identifier '{name}' already exists."
        );
        Ok(())
    }

    pub fn row(&self, status: Status, provisioned: Provisioned) -> Row {
        let resource = &self.resource;
        Row {
            logical_id: resource.logical_id.clone(),
            resource_type: resource.resource_type.clone(),
            status,
            properties: resource.properties.clone(),
            physical_id: provisioned.physical_id,
            default_name: self.default_name.clone(),
            attributes: provisioned.attributes,
            generated: provisioned.generated,
            needs: self.needs.clone(),
            deletion_policy: resource.deletion_policy.clone(),
            update_replace_policy: resource.update_replace_policy.clone(),
        }
    }

    pub fn property(&self, name: &str) -> Option<&str> {
        self.resource.properties.get(name).and_then(Value::as_str)
    }

    /// The property, or the name that the stack gives.
    pub fn name(&self, property: &str) -> String {
        let given = self.property(property);
        given.map_or_else(|| self.default_name.clone(), str::to_owned)
    }
}
