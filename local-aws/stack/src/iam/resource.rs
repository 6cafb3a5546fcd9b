//! The template's own roles and managed policies.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use local_core::Cloud;
use local_iam::Role;
use sam::Resource;
use serde_json::Value;

/// Properties of a role that decide nothing here.
const WITHOUT_EFFECT: [&str; 3] = ["Description", "MaxSessionDuration", "Tags"];

pub fn role(cloud: &Cloud, name: &str, resource: &Resource) -> anyhow::Result<Role> {
    let mut role = Role {
        name: name.to_owned(),
        created: cloud.world.now(),
        trust: String::new(),
        policies: BTreeMap::new(),
        managed: Vec::new(),
    };
    for (property, value) in &resource.properties {
        match property.as_str() {
            "AssumeRolePolicyDocument" => role.trust = value.to_string(),
            "ManagedPolicyArns" => role.managed = texts(value),
            "Policies" => {
                for policy in value.as_array().into_iter().flatten() {
                    let name = policy["PolicyName"]
                        .as_str()
                        .context("a policy needs a PolicyName")?;
                    let document = policy["PolicyDocument"].to_string();
                    role.policies.insert(name.to_owned(), document);
                }
            }
            "RoleName" => {}
            other if WITHOUT_EFFECT.contains(&other) => {}
            other => bail!("local-aws does not honour the property {other} of a role"),
        }
    }
    Ok(role)
}

/// The document of a managed policy.
pub fn managed(resource: &Resource) -> anyhow::Result<String> {
    let known = ["Description", "ManagedPolicyName", "PolicyDocument"];
    let mut properties = resource.properties.keys();
    if let Some(other) = properties.find(|name| !known.contains(&name.as_str())) {
        bail!("local-aws does not honour the property {other} of a managed policy");
    }
    let document = resource.properties.get("PolicyDocument");
    Ok(document
        .context("a policy needs a PolicyDocument")?
        .to_string())
}

pub fn texts(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
