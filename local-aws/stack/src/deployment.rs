//! One deployment of a template: each resource in the order of the references.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use sam::{Plan, Pseudo, Reference, Template};
use serde_json::Value;

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::{self, Row};
use super::{custom, env_file, removal, resource, without_effect};
use local_core::{ACCOUNT, Cloud};

/// The stack's name, and so the prefix of its resources' names.
pub const STACK_NAME: &str = "reviewloop";

pub(super) async fn deploy_template(cloud: &Arc<Cloud>, path: &Path) -> anyhow::Result<()> {
    let template = Template::read(path)?;
    let context = Context::new(cloud, pseudo(cloud));
    let plan = template.plan(&cloud.settings.parameters, &context.pseudo)?;
    let start = cloud.world.now();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut ignored = BTreeSet::new();
    for (position, logical_id) in plan.order().into_iter().enumerate() {
        let resource = plan.resource(logical_id, &|reference| value_of(&plan, &rows, reference))?;
        ignored.extend(without_effect::names(&resource));
        let change = Change::new(&context, resource);
        let row = deploy_resource(&context, &change, position)
            .await
            .with_context(|| format!("deploy {logical_id} ({})", change.resource.resource_type))?;
        rows.insert(logical_id.to_owned(), row);
    }
    removal::remove_stale(&context, &rows).await;
    store_outputs(cloud, &plan, &rows)?;
    env_file::write_all(cloud)?;
    tracing::info!(
        resources = rows.len(),
        seconds = (cloud.world.now() - start).as_seconds_f64(),
        "the template is deployed"
    );
    if !ignored.is_empty() {
        let ignored: Vec<String> = ignored.into_iter().collect();
        tracing::info!(
            resources = ignored.join(", "),
            "accepted without effect here; at level debug each says why"
        );
    }
    Ok(())
}

/// Deploys one resource and stores its row at once, so that a kill does not deploy it a second time.
async fn deploy_resource(
    context: &Context,
    change: &Change,
    position: usize,
) -> anyhow::Result<Row> {
    let logical_id = &change.resource.logical_id;
    if custom::is_custom(&change.resource.resource_type) && !custom::can_be_asked(context) {
        tracing::warn!(
            logical_id,
            "not deployed: nothing runs functions here, and this resource needs one"
        );
        // No row is stored: a start with functions deploys it.
        let before = change.deployed.clone();
        let stand_in = || change.row(Provisioned::new(logical_id.clone(), []));
        return Ok(before.unwrap_or_else(stand_in));
    }
    let row = Row {
        position,
        ..resource::bring_about(context, change).await?
    };
    row.store(&context.cloud, logical_id, change.replaced(&row).as_ref());
    Ok(row)
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

/// The value of a `Ref` or `GetAtt` of a resource that is deployed, or of one that SAM generates for it.
fn value_of(plan: &Plan, rows: &BTreeMap<String, Row>, reference: &Reference) -> Option<Value> {
    let owner = plan.owner(reference.logical_id())?;
    let row = rows.get(owner.logical_id)?;
    let (physical_id, attributes) = match owner.generated {
        None => (&row.physical_id, &row.attributes),
        Some(name) => {
            let generated = row.generated.get(name)?;
            (&generated.physical_id, &generated.attributes)
        }
    };
    match reference {
        Reference::Resource { .. } => Some(physical_id.clone().into()),
        Reference::Attribute { attribute, .. } => attributes.get(attribute).cloned(),
    }
}

fn store_outputs(cloud: &Cloud, plan: &Plan, rows: &BTreeMap<String, Row>) -> anyhow::Result<()> {
    let outputs = plan.outputs(&|reference| value_of(plan, rows, reference))?;
    let outputs = outputs.into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        other => Err(anyhow!("output {name} is {other}, not a text")),
    });
    let outputs = outputs.collect::<anyhow::Result<BTreeMap<_, _>>>()?;
    row::store_outputs(cloud, &outputs);
    Ok(())
}
