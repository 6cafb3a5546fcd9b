//! A SAM function: its configuration, and the rules and schedules that invoke it.

mod configuration;
mod triggers;

use std::collections::BTreeMap;

use anyhow::ensure;
use local_lambda::{self as lambda, Function};
use serde_json::json;

use super::call::Context;
use super::change::{Change, Provisioned, named};
use super::iam;
use super::row::{Generated, InUse, Row};

pub(super) const TYPE: &str = "AWS::Serverless::Function";

pub(super) async fn deploy(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let function = change.resource.function()?;
    let name = change.name("FunctionName");
    let configuration = configuration::configuration(context, &function, name.clone())?;
    configuration::warn_without_binary(context, &configuration);
    let (cloud, region) = (&context.cloud, &context.pseudo.region);
    let is_taken = cloud.store.read(|tx| lambda::exists(tx, region, &name));
    ensure!(
        !(change.is_new() && is_taken),
        "Resource of type 'AWS::Lambda::Function' with identifier '{name}' already exists."
    );
    let arn = configuration.arn(cloud);
    let url = configuration
        .url
        .is_some()
        .then(|| url(context, &configuration));
    let mut generated = BTreeMap::new();
    let put = put_all(context, (&function, configuration), &mut generated).await;
    if let Err(error) = put {
        undo(context, change, &name, &generated);
        return Err(error);
    }
    if let Some(before) = change.deployed() {
        let all = generated_of(context, before);
        remove_all_but(context, &all, &generated);
    }
    if let Some(url) = url {
        generated.insert("Url".to_owned(), url);
    }
    Ok(Provisioned {
        generated,
        ..Provisioned::new(name, [("Arn", json!(arn))])
    })
}

/// Puts the role, the function, its rules and their permissions, as far as they come.
async fn put_all(
    context: &Context,
    (function, configuration): (&sam::Function, Function),
    generated: &mut BTreeMap<String, Generated>,
) -> anyhow::Result<()> {
    if let Some(role) = role(context, function) {
        iam::put_function_role(context, &role.physical_id, function)?;
        generated.insert("Role".to_owned(), role);
    }
    let cloud = &context.cloud;
    let arn = configuration.arn(cloud);
    cloud
        .store
        .write(|tx| lambda::deploy_function(cloud, tx, configuration))?;
    triggers::put(context, function, &arn, generated).await?;
    iam::allow_triggers(context, &arn, generated)
}

/// The role that SAM generates for a function that names none.
fn role(context: &Context, function: &sam::Function) -> Option<Generated> {
    if function.role.is_some() {
        return None;
    }
    let name = configuration::role_name(context, function);
    Some(iam::generated_role(name))
}

/// Takes back what a deployment that failed has made: SAM makes several resources of a function.
fn undo(context: &Context, change: &Change, name: &str, made: &BTreeMap<String, Generated>) {
    let all: Vec<Generated> = made.values().cloned().collect();
    if let Some(before) = change.deployed() {
        return remove_all_but(context, &all, &before.generated);
    }
    remove_generated(context, &all, |_| false);
    let store = &context.cloud.store;
    store.update(|tx| lambda::remove_function(tx, &context.pseudo.region, name));
}

/// What SAM generates for a function, as it was stored, and what an update that was interrupted may have made.
fn generated_of(context: &Context, row: &Row) -> Vec<Generated> {
    let mut all: Vec<Generated> = row.generated.values().cloned().collect();
    if let Ok(function) = row.resource().function() {
        all.extend(triggers::planned(context, &function));
        all.extend(role(context, &function));
    }
    all
}

fn remove_all_but(context: &Context, all: &[Generated], kept: &BTreeMap<String, Generated>) {
    remove_generated(context, all, |each| {
        let mut kept = kept.values();
        kept.any(|kept| kept.physical_id == each.physical_id)
    });
}

fn remove_generated(context: &Context, all: &[Generated], is_kept: impl Fn(&Generated) -> bool) {
    let stale: Vec<&Generated> = all.iter().filter(|each| !is_kept(each)).collect();
    triggers::remove(context, &stale);
    iam::remove_generated_roles(context, &stale);
}

fn url(context: &Context, function: &Function) -> Generated {
    let arn = function.arn(&context.cloud);
    let address = lambda::function_url(&context.cloud, function);
    Generated {
        resource_type: "AWS::Lambda::Url".to_owned(),
        physical_id: arn.clone(),
        attributes: named([("FunctionUrl", json!(address)), ("FunctionArn", json!(arn))]),
    }
}

/// Removes a function, and those of its rules, schedules and roles that no function has now.
pub(super) fn remove(context: &Context, row: &Row, in_use: &InUse) {
    let generated = generated_of(context, row);
    remove_generated(context, &generated, |each| in_use.has(each));
    let region = &context.pseudo.region;
    let store = &context.cloud.store;
    store.update(|tx| lambda::remove_function(tx, region, &row.physical_id));
}
