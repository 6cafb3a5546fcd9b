//! A SAM function: its configuration, and the rules and schedules that invoke it.

mod configuration;
mod triggers;

use std::collections::BTreeMap;

use anyhow::bail;
use local_lambda as lambda;
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
    let cloud = &context.cloud;
    let arn = configuration.arn(cloud);
    let has_url = configuration.url.is_some();
    cloud.store.write(|tx| {
        if change.is_new() && lambda::exists(tx, &context.pseudo.region, &name) {
            bail!(
                "Resource of type 'AWS::Lambda::Function' with identifier '{name}' already exists."
            );
        }
        Ok(lambda::deploy_function(cloud, tx, configuration)?)
    })?;

    let mut generated = BTreeMap::new();
    let put = provision_generated(context, &function, &arn, &mut generated).await;
    if let Err(error) = put {
        undo(context, change, &name, &generated);
        return Err(error);
    }
    if let Some(before) = change.deployed() {
        remove_all_but(context, &generated_of(context, before), &generated);
    }
    if function.role.is_none() {
        let (name, arn) = configuration::generated_role(context, &function);
        let role = Generated {
            resource_type: "AWS::IAM::Role".to_owned(),
            physical_id: name,
            attributes: named([("Arn", json!(arn))]),
        };
        generated.insert("Role".to_owned(), role);
    }
    if has_url {
        generated.insert("Url".to_owned(), url(context, &name, &arn));
    }
    Ok(Provisioned {
        generated,
        ..Provisioned::new(name, [("Arn", json!(arn))])
    })
}

/// Puts the role, the rules and the permissions of the rules, as far as they come.
async fn provision_generated(
    context: &Context,
    function: &sam::Function,
    arn: &str,
    generated: &mut BTreeMap<String, Generated>,
) -> anyhow::Result<()> {
    if function.role.is_none() {
        let (name, _) = configuration::generated_role(context, function);
        iam::put_function_role(context, &name, function)?;
    }
    triggers::put(context, function, arn, generated).await?;
    iam::allow_triggers(context, arn, generated)
}

/// Takes back what a deployment that failed has made: SAM makes several resources of a function.
fn undo(context: &Context, change: &Change, name: &str, made: &BTreeMap<String, Generated>) {
    if let Some(before) = change.deployed() {
        let made: Vec<Generated> = made.values().cloned().collect();
        return remove_all_but(context, &made, &before.generated);
    }
    triggers::remove(context, made.values(), |_| false);
    let store = &context.cloud.store;
    store.update(|tx| lambda::remove_function(tx, &context.pseudo.region, name));
}

/// What SAM generates for a function, as it was stored, and what an update that was interrupted may have made.
fn generated_of(context: &Context, row: &Row) -> Vec<Generated> {
    let stored = row.generated.values().cloned();
    let function = row.resource().function();
    let planned = function.map(|function| triggers::planned(context, &function));
    let planned = planned.unwrap_or_default().into_values();
    stored.chain(planned).collect()
}

fn remove_all_but(context: &Context, all: &[Generated], kept: &BTreeMap<String, Generated>) {
    triggers::remove(context, all.iter(), |trigger| {
        let mut kept = kept.values();
        kept.any(|kept| kept.physical_id == trigger.physical_id)
    });
}

fn url(context: &Context, name: &str, arn: &str) -> Generated {
    let address = lambda::function_url(&context.cloud, name);
    Generated {
        resource_type: "AWS::Lambda::Url".to_owned(),
        physical_id: arn.to_owned(),
        attributes: named([("FunctionUrl", json!(address)), ("FunctionArn", json!(arn))]),
    }
}

/// Removes a function, and those of its rules and schedules that no function has now.
pub(super) fn remove(context: &Context, row: &Row, in_use: &InUse) {
    let generated = generated_of(context, row);
    triggers::remove(context, generated.iter(), |trigger| in_use.has(trigger));
    let region = &context.pseudo.region;
    let store = &context.cloud.store;
    store.update(|tx| lambda::remove_function(tx, region, &row.physical_id));
    iam::remove_of_function(context, row, in_use);
}
