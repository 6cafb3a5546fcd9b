//! Roles and the policies of resources, as the template has them and as SAM generates them.
//!
//! They are provisioned at every deployment: a row that is as stored is not written again.

mod function;
mod policy;
mod resource;
mod schedule;

use local_core::Cloud;
use local_core::store::Tx;
use local_iam::{self as iam, Role};
use sam::Resolved;
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned, named};
use super::row::{Generated, Row};
pub(super) use function::{allow_triggers, put_role as put_function_role};
use policy::Policy;
pub(super) use schedule::put_role as put_schedule_role;

const ROLE: &str = "AWS::IAM::Role";
const MANAGED: &str = "AWS::IAM::ManagedPolicy";

pub(super) fn is_iam(resource_type: &str) -> bool {
    [ROLE, MANAGED].contains(&resource_type) || policy::is_policy(resource_type)
}

pub(super) fn provision(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let (cloud, resource) = (&context.cloud, &change.resource);
    if resource.resource_type == ROLE {
        let role = resource::role(cloud, &change.name("RoleName"), resource)?;
        let (name, arn) = (role.name.clone(), role.arn());
        let found = cloud.store.read(|tx| Role::get(tx, &name));
        change.check_name(&name, found.is_some())?;
        cloud.store.write(|tx| role.put(tx))?;
        return Ok(Provisioned::new(name, [("Arn", json!(arn))]));
    }
    if resource.resource_type == MANAGED {
        let document = resource::managed(resource)?;
        let name = change.name("ManagedPolicyName");
        let put = |tx: &Tx| iam::put_managed_policy(tx, &name, &document);
        return Ok(Provisioned::new(cloud.store.write(put)?, []));
    }
    let region = &context.pseudo.region;
    let sid = change.name("");
    let now = Policy::of(cloud, region, &sid, resource)?;
    // A changed one may have spoken of other resources.
    let before = change.deployed();
    let before = before.filter(|row| row.properties != resource.properties);
    let before = before.map(|row| Policy::of(cloud, region, &sid, &row.resource()));
    let before = before.transpose()?;
    cloud.store.write(|tx| {
        before.iter().try_for_each(|before| before.remove(tx))?;
        now.put(tx)
    })?;
    Ok(Provisioned::new(sid, []))
}

/// Stores the roles and policies of a stack that an earlier local-aws deployed, which had none. A role that is there
/// stays as its clients have changed it.
pub(super) fn refresh(context: &Context) -> anyhow::Result<()> {
    let cloud = &context.cloud;
    let rows = Row::deployed(cloud).into_values();
    let rows = rows.filter(|row| is_iam(&row.resource_type) && row.status.is_settled());
    let mut rows: Vec<Row> = rows.collect();
    // A role needs the managed policies that it names.
    rows.sort_by_key(|row| row.resource_type != MANAGED);
    for row in rows {
        let is_role = row.resource_type == ROLE;
        if is_role
            && cloud
                .store
                .read(|tx| Role::get(tx, &row.physical_id))
                .is_some()
        {
            continue;
        }
        let change = Change::update(row.resource(), &row.needs, row.clone());
        let now = change.row(row.status, provision(context, &change)?);
        if now != row {
            let region = &context.pseudo.region;
            cloud.store.update(|tx| now.put(tx, region));
        }
    }
    Ok(())
}

pub(super) fn remove(context: &Context, row: &Row) -> anyhow::Result<()> {
    let cloud = &context.cloud;
    if row.resource_type == ROLE {
        cloud.store.update(|tx| Role::remove(tx, &row.physical_id));
        return Ok(());
    }
    if row.resource_type == MANAGED {
        let arn = &row.physical_id;
        cloud.store.update(|tx| iam::remove_managed_policy(tx, arn));
        return Ok(());
    }
    let region = &context.pseudo.region;
    let policy = Policy::of(cloud, region, &row.default_name, &row.resource())?;
    Ok(cloud.store.write(|tx| policy.remove(tx))?)
}

/// Removes the policy of a resource that is gone.
pub(super) fn remove_policy_of(context: &Context, row: &Row) {
    let attributes = ["Arn", "TopicArn"].map(|name| row.attributes.get(name));
    let mut arns = attributes.into_iter().flatten().filter_map(Value::as_str);
    if let Some(arn) = arns.next() {
        let store = &context.cloud.store;
        store.update(|tx| iam::remove_resource_policy(tx, arn));
    }
}

/// A role of this name that SAM generates.
pub(super) fn generated_role(name: String) -> Generated {
    Generated {
        resource_type: ROLE.to_owned(),
        attributes: named([("Arn", json!(iam::role::arn(&name)))]),
        physical_id: name,
    }
}

/// Removes those of the resources generated for a function that are roles.
pub(super) fn remove_generated_roles(context: &Context, generated: &[&Generated]) {
    let roles = generated.iter().filter(|each| each.resource_type == ROLE);
    context.cloud.store.update(|tx| {
        for role in roles {
            Role::remove(tx, &role.physical_id);
        }
    });
}

/// Stores the roles and policies of a whole template and nothing else of it: for a test that calls its functions
/// by itself. Roles are named as in a stack of this name.
pub fn provision_policies(cloud: &Cloud, stack: &str, template: &Resolved) -> anyhow::Result<()> {
    let region = &cloud.settings.region;
    let default_name = |logical_id: &str| format!("{stack}-{logical_id}");
    // In the order of the references: a managed policy before its roles.
    for resource in &template.resources {
        if resource.resource_type == MANAGED {
            let (name, document) = (
                default_name(&resource.logical_id),
                resource::managed(resource)?,
            );
            let put = |tx: &Tx| iam::put_managed_policy(tx, &name, &document);
            cloud.store.write(put)?;
        } else if resource.resource_type == ROLE {
            let role = resource::role(cloud, &default_name(&resource.logical_id), resource)?;
            cloud.store.write(|tx| role.put(tx))?;
        } else if policy::is_policy(&resource.resource_type) {
            let sid = default_name(&resource.logical_id);
            let policy = Policy::of(cloud, region, &sid, resource)?;
            cloud.store.write(|tx| policy.put(tx))?;
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
