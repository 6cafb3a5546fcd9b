//! Deploys a SAM template into this cloud, as CloudFormation does into an account.
//!
//! Each resource is brought about through the service's own wire operations, in the order of the
//! references, so that what a service refuses is refused here too. What was made is a row, by
//! logical id: a deployment over an existing state touches only what changed.

mod bystander;
mod call;
mod cognito;
mod custom;
mod env_file;
mod function;
mod resource;
mod row;
mod sagemaker;
mod semantics;
mod storage;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use sam::{Plan, Pseudo, Reference, Template};
use serde_json::Value;

use call::Context;
use local_core::part::Part;
use local_core::wire::apis;
use local_core::{ACCOUNT, Cloud};
use resource::Change;
use row::Row;

/// The stack's name, and so the prefix of what it contains.
pub const STACK_NAME: &str = "reviewloop";

/// No operations: the template is deployed at start, not by a call.
pub fn part() -> Part {
    Part {
        operations: vec![(apis::CLOUDFORMATION, Vec::new())],
        semantics: semantics::NOTES,
        ..Part::default()
    }
}

/// Deploys the template of the settings, if there is one: at start, and after a reset.
pub async fn deploy(cloud: &Arc<Cloud>) -> anyhow::Result<()> {
    match &cloud.settings.template {
        Some(path) => deploy_template(cloud, path).await,
        None => Ok(()),
    }
}

/// Whether the template takes these parameters; an unknown name is answered with those it has.
pub fn check_parameters(template: &Path, parameters: &sam::Parameters) -> anyhow::Result<()> {
    let template = Template::read(template)?;
    template.plan(parameters, &Pseudo::default())?;
    Ok(())
}

/// The outputs of the deployed stack, by name.
pub fn outputs(cloud: &Cloud) -> BTreeMap<String, String> {
    cloud
        .store
        .read(|tx| row::outputs(tx, &cloud.settings.region))
}

async fn deploy_template(cloud: &Arc<Cloud>, path: &Path) -> anyhow::Result<()> {
    let template = Template::read(path)?;
    let context = Context::new(cloud, pseudo(cloud));
    let plan = template.plan(&cloud.settings.parameters, &context.pseudo)?;
    let start = cloud.world.now();
    let mut made: BTreeMap<String, Row> = BTreeMap::new();
    let mut bystanders = Vec::new();
    for logical_id in plan.order() {
        let resource = plan.resource(logical_id, &|reference| value_of(&made, reference))?;
        let change = Change::of(cloud, resource);
        if bystander::find(&change.resource.resource_type).is_some() {
            bystanders.push(logical_id);
        }
        let row = resource::bring_about(&context, &change)
            .await
            .with_context(|| format!("deploy {logical_id} ({})", change.resource.resource_type))?;
        // At once, so that a kill here does not make it a second time.
        row.store(cloud, logical_id);
        made.insert(logical_id.to_owned(), row);
    }
    remove_stale(&context, &made);
    store_outputs(cloud, &plan, &made)?;
    env_file::write_all(cloud)?;
    tracing::info!(
        resources = made.len(),
        seconds = (cloud.world.now() - start).as_seconds_f64(),
        "the template is deployed"
    );
    if !bystanders.is_empty() {
        tracing::info!(
            resources = bystanders.join(", "),
            "accepted without effect here; at level debug each says why"
        );
    }
    Ok(())
}

fn pseudo(cloud: &Cloud) -> Pseudo {
    let region = cloud.settings.region.clone();
    Pseudo {
        account_id: ACCOUNT.to_owned(),
        stack_name: STACK_NAME.to_owned(),
        stack_id: cloud.arn(
            "cloudformation",
            &region,
            &format!("stack/{STACK_NAME}/local"),
        ),
        region,
        ..Pseudo::default()
    }
}

/// What `Ref` or `GetAtt` of something already made is; also of what SAM makes for a function.
fn value_of(made: &BTreeMap<String, Row>, reference: &Reference) -> Option<Value> {
    if let Some(row) = made.get(reference.logical_id()) {
        return match reference {
            Reference::Resource { .. } => Some(row.physical_id.clone().into()),
            Reference::Attribute { attribute, .. } => row.attributes.get(attribute).cloned(),
        };
    }
    // `PredictUrl.FunctionUrl` is a row's attribute `Url.FunctionUrl`, `PredictRole` is `Role`.
    made.iter().find_map(|(logical_id, row)| {
        let generated = reference.logical_id().strip_prefix(logical_id.as_str())?;
        let key = match reference {
            Reference::Resource { .. } => generated.to_owned(),
            Reference::Attribute { attribute, .. } => format!("{generated}.{attribute}"),
        };
        row.attributes.get(&key).cloned()
    })
}

/// Resources that the template no longer has. Functions and their rules end; data stays, as with
/// `DeletionPolicy: Retain`, and a WARN says so.
fn remove_stale(context: &Context, made: &BTreeMap<String, Row>) {
    for (logical_id, row) in Row::all(&context.cloud) {
        if !made.contains_key(&logical_id) {
            if row.resource_type == function::TYPE {
                function::remove(context, &row);
            } else {
                tracing::warn!(
                    logical_id,
                    resource.kind = row.resource_type,
                    "left as it is: the template has it no more"
                );
            }
            Row::delete(&context.cloud, &logical_id);
        }
    }
}

fn store_outputs(cloud: &Cloud, plan: &Plan, made: &BTreeMap<String, Row>) -> anyhow::Result<()> {
    let outputs = plan.outputs(&|reference| value_of(made, reference))?;
    let outputs = outputs.into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        other => Err(anyhow!("output {name} is {other}, not a text")),
    });
    let outputs = outputs.collect::<anyhow::Result<BTreeMap<_, _>>>()?;
    row::store_outputs(cloud, &outputs);
    Ok(())
}
