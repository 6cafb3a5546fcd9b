//! The sections of a template, read but not yet resolved.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use crate::parameters::{Declaration, declarations};
use crate::{Error, globals, yaml};

const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Metadata",
    "Globals",
    "Parameters",
    "Mappings",
    "Rules",
    "Conditions",
    "Resources",
];

/// A template as written, in long forms, with `Globals` folded in.
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) parameters: BTreeMap<String, Declaration>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) rules: Map<String, Value>,
    pub(crate) conditions: Map<String, Value>,
    pub(crate) resources: Map<String, Value>,
    pub(crate) outputs: Map<String, Value>,
}

impl Template {
    /// Reads a template file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::File {
            path: path.to_owned(),
            error,
        })?;
        Self::parse(&text)
    }

    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut root = match yaml::parse(text)? {
            Value::Object(root) => root,
            other => return Err(Error::shape("template", "an object with Resources", &other)),
        };
        if let Some(other) = root
            .keys()
            .find(|name| !SECTIONS.contains(&name.as_str()) && *name != "Outputs")
        {
            return Err(Error::Refused {
                at: "template".to_owned(),
                name: other.clone(),
                reason: format!("known sections are {}, Outputs", SECTIONS.join(", ")),
            });
        }
        let mut section = |name: &str| match root.shift_remove(name) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(section)) => Ok(section),
            Some(other) => Err(Error::shape(name, "an object", &other)),
        };
        let mut resources = section("Resources")?;
        for (logical_id, resource) in &resources {
            well_formed(logical_id, resource)?;
        }
        globals::merge(&Value::Object(section("Globals")?), &mut resources)?;
        Ok(Template {
            parameters: declarations(&section("Parameters")?)?,
            mappings: section("Mappings")?,
            rules: section("Rules")?,
            conditions: section("Conditions")?,
            resources,
            outputs: section("Outputs")?,
        })
    }

    /// Parameter names with their defaults.
    pub fn parameter_defaults(&self) -> BTreeMap<String, Option<String>> {
        self.parameters
            .iter()
            .map(|(name, declaration)| (name.clone(), declaration.default.clone()))
            .collect()
    }
}

fn well_formed(logical_id: &str, resource: &Value) -> Result<(), Error> {
    const ATTRIBUTES: [&str; 7] = [
        "Type",
        "Properties",
        "DependsOn",
        "Condition",
        "Metadata",
        "DeletionPolicy",
        "UpdateReplacePolicy",
    ];
    let at = format!("Resources.{logical_id}");
    let object = resource
        .as_object()
        .ok_or_else(|| Error::shape(&at, "a resource", resource))?;
    if !object.get("Type").is_some_and(Value::is_string) {
        return Err(Error::shape(&at, "a Type", resource));
    }
    match object
        .keys()
        .find(|name| !ATTRIBUTES.contains(&name.as_str()))
    {
        Some(name) => Err(Error::Refused {
            at,
            name: name.clone(),
            reason: format!("known are {}", ATTRIBUTES.join(", ")),
        }),
        None => Ok(()),
    }
}
