//! A SAM function: its configuration, and the rules and schedules that invoke it.

mod configuration;
mod triggers;

use local_lambda as lambda;
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned, named};
use super::iam;
use super::row::{Generated, InUse, Row};

pub(super) const TYPE: &str = "AWS::Serverless::Function";

pub(super) async fn deploy(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let function = change.resource.function()?;
    let configuration = configuration::configuration(context, &function)?;
    configuration::warn_without_binary(context, &configuration);
    let (cloud, name) = (&context.cloud, configuration.name.clone());
    let arn = configuration.arn(cloud);
    let has_url = configuration.url.is_some();
    cloud
        .store
        .write(|tx| lambda::deploy_function(cloud, tx, configuration))?;

    if function.role.is_none() {
        let (name, _) = configuration::generated_role(context, &function);
        iam::put_function_role(context, &name, &function)?;
    }
    let mut generated = triggers::put(context, &function, &arn).await?;
    iam::allow_triggers(context, &arn, &generated)?;
    if let Some(before) = &change.before {
        triggers::remove(context, before, |trigger| {
            let mut now = generated.values();
            now.any(|kept| kept.physical_id == trigger.physical_id)
        });
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
        let address = lambda::function_url(cloud, &name);
        let url = Generated {
            resource_type: "AWS::Lambda::Url".to_owned(),
            physical_id: arn.clone(),
            attributes: named([("FunctionUrl", json!(address)), ("FunctionArn", json!(arn))]),
        };
        generated.insert("Url".to_owned(), url);
    }
    Ok(Provisioned {
        generated,
        ..Provisioned::new(name, [("Arn", json!(arn))])
    })
}

/// Removes the rules and schedules of a function that no function has now.
pub(super) fn remove_triggers(context: &Context, row: &Row, in_use: &InUse) {
    triggers::remove(context, row, |trigger| {
        in_use.has(&trigger.resource_type, &trigger.physical_id)
    });
}

pub(super) fn remove(context: &Context, row: &Row) {
    let region = &context.pseudo.region;
    let store = &context.cloud.store;
    let generated = row.generated.values();
    let roles = generated.filter(|generated| generated.resource_type == "AWS::IAM::Role");
    store.update(|tx| {
        lambda::remove_function(tx, region, &row.physical_id);
        for role in roles {
            local_iam::Role::remove(tx, &role.physical_id);
        }
        if let Some(arn) = row.attributes.get("Arn").and_then(Value::as_str) {
            local_iam::remove_resource_policy(tx, arn);
        }
    });
}
