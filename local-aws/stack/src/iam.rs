//! Roles and the policies of resources, as the template has them and as SAM generates them.
//!
//! They are provisioned at every deployment: a row that is as stored is not written again.

mod function;
mod resource;

use local_core::Cloud;
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_iam::{self as iam, Role};
use sam::{Resolved, Resource};
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;
pub(super) use function::{allow_triggers, put_role as put_function_role};

const ROLE: &str = "AWS::IAM::Role";

pub(super) fn is_iam(resource_type: &str) -> bool {
    resource_type == ROLE || resource::is_policy(resource_type)
}

pub(super) fn provision(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let (cloud, resource) = (&context.cloud, &change.resource);
    if resource.resource_type == ROLE {
        let role = resource::role(cloud, &change.name(context, "RoleName"), resource)?;
        let (name, arn) = (role.name.clone(), role.arn());
        cloud.store.write(|tx| role.put(tx))?;
        return Ok(Provisioned::new(name, [("Arn", json!(arn))]));
    }
    let policies = resource::policies(cloud, &context.pseudo.region, resource)?;
    cloud.store.write(|tx| put_all(tx, &policies))?;
    Ok(Provisioned::new(
        context.default_name(&resource.logical_id),
        [],
    ))
}

pub(super) fn remove(context: &Context, logical_id: &str, row: &Row) -> anyhow::Result<()> {
    let cloud = &context.cloud;
    if row.resource_type == ROLE {
        cloud.store.update(|tx| Role::remove(tx, &row.physical_id));
        return Ok(());
    }
    let resource = Resource {
        logical_id: logical_id.to_owned(),
        resource_type: row.resource_type.clone(),
        properties: row.properties.clone(),
        depends_on: Vec::new(),
        condition: None,
        deletion_policy: None,
        update_replace_policy: None,
        metadata: Value::Null,
    };
    let policies = resource::policies(cloud, &context.pseudo.region, &resource)?;
    cloud.store.update(|tx| {
        for (arn, _) in policies {
            iam::remove_resource_policy(tx, &arn);
        }
    });
    Ok(())
}

/// Stores the roles and policies of a whole template and nothing else of it: for a test that calls its functions
/// by itself. Roles are named as in a stack of this name.
pub fn provision_policies(cloud: &Cloud, stack: &str, template: &Resolved) -> anyhow::Result<()> {
    let region = &cloud.settings.region;
    let default_name = |logical_id: &str| format!("{stack}-{logical_id}");
    for resource in &template.resources {
        if resource.resource_type == ROLE {
            let role = resource::role(cloud, &default_name(&resource.logical_id), resource)?;
            cloud.store.write(|tx| role.put(tx))?;
        } else if resource::is_policy(&resource.resource_type) {
            let policies = resource::policies(cloud, region, resource)?;
            cloud.store.write(|tx| put_all(tx, &policies))?;
        }
    }
    for function in &template.functions {
        let name = function_role_name(&default_name(&function.logical_id));
        let role = function::role(cloud, &name, function)?;
        cloud.store.write(|tx| role.put(tx))?;
    }
    Ok(())
}

/// The name of the role that SAM generates for a function of this default name.
pub fn function_role_name(function: &str) -> String {
    format!("{function}Role")
}

fn put_all(tx: &Tx, policies: &[(String, String)]) -> Result<(), AwsError> {
    let mut policies = policies.iter();
    policies.try_for_each(|(arn, document)| iam::put_resource_policy(tx, arn, document))
}
