//! The resources of a template, one after the other: each after those that it needs.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};
use sam::{Plan, Reference, Resource};
use serde_json::Value;

use super::call::Context;
use super::change::{Change, Provisioned};
use super::leftover::Leftover;
use super::plan::{Step, step};
use super::row::Row;
use super::status::Status;
use super::step::carry_out;
use super::{custom, function, iam};

pub(super) type Rows = BTreeMap<String, Row>;

/// Creates, updates and replaces what the template has. The first failure ends it.
pub(super) async fn bring_about(context: &Context, plan: &Plan<'_>) -> anyhow::Result<Rows> {
    tokio::task::yield_now().await;
    finish_creations(context).await?;
    let mut rows = Row::deployed(&context.cloud);
    for logical_id in plan.order() {
        let kind = plan.resource_type(logical_id);
        let row = bring_one(context, plan, (logical_id, &rows))
            .await
            .with_context(|| format!("deploy {logical_id} ({kind})"))?;
        rows.insert(logical_id.to_owned(), row);
    }
    Ok(rows)
}

/// Finishes each creation whose end an earlier process did not see: names make it adopt what is there.
pub(super) async fn finish_creations(context: &Context) -> anyhow::Result<()> {
    let rows = Row::deployed(&context.cloud).into_values();
    for row in rows.filter(|row| row.status == Status::CreateInProgress) {
        if custom::is_custom(&row.resource_type) && !custom::can_be_asked(context) {
            continue;
        }
        carry_out(context, &Change::interrupted(&row), None)
            .await
            .with_context(|| format!("deploy {} ({})", row.logical_id, row.resource_type))?;
    }
    Ok(())
}

/// Whether the stack has what the template asks for, and nothing else.
pub(super) fn is_as_deployed(context: &Context, plan: &Plan, rows: &Rows) -> bool {
    let order = plan.order();
    let is_as_asked = |logical_id: &&str| {
        let Some(row) = rows.get(*logical_id) else {
            return custom::is_custom(plan.resource_type(logical_id))
                && !custom::can_be_asked(context);
        };
        let resource = plan.resource(logical_id, &|reference| value_of(plan, rows, reference));
        let asked = |resource: Resource| kept(row, &resource, plan.needs(logical_id));
        row.status.is_settled() && resource.is_ok_and(|resource| asked(resource) == *row)
    };
    let is_in_template = |logical_id: &String| order.contains(&logical_id.as_str());
    rows.keys().all(is_in_template) && order.iter().all(is_as_asked)
}

/// Provisions the functions as they are, for what follows from this start: the address of their URLs, the
/// rate of schedules.
pub(super) async fn refresh(context: &Context) -> anyhow::Result<Rows> {
    iam::refresh(context)?;
    let mut rows = Row::deployed(&context.cloud);
    let functions = rows.values_mut();
    for row in
        functions.filter(|row| row.resource_type == function::TYPE && row.status.is_settled())
    {
        tokio::task::yield_now().await;
        let change = Change::update(row.resource(), &row.needs, row.clone());
        let provisioned = function::deploy(context, &change).await?;
        *row = store_kept(context, row, &change.row(row.status, provisioned));
    }
    Ok(rows)
}

async fn bring_one(
    context: &Context,
    plan: &Plan<'_>,
    (logical_id, rows): (&str, &Rows),
) -> anyhow::Result<Row> {
    let resource = plan.resource(logical_id, &|reference| value_of(plan, rows, reference))?;
    let needs = plan.needs(logical_id);
    let before = rows.get(logical_id);
    if custom::is_custom(&resource.resource_type) && !custom::can_be_asked(context) {
        return Ok(not_asked(context, resource, needs, before));
    }
    let Some(before) = before else {
        return carry_out(context, &Change::creation(context, resource, needs), None).await;
    };
    match step(before, &resource)? {
        Step::Keep => Ok(store_kept(context, before, &kept(before, &resource, needs))),
        Step::Update => {
            let change = Change::update(resource, needs, before.clone());
            carry_out(context, &change, None).await
        }
        Step::Replace => {
            let replaced = Leftover::replaced(Row {
                update_replace_policy: resource.update_replace_policy.clone(),
                ..before.clone()
            });
            let change = Change::replacement(context, resource, needs);
            carry_out(context, &change, Some(replaced)).await
        }
    }
}

/// A custom resource where nothing runs functions. No row is stored: a start with functions deploys it.
fn not_asked(context: &Context, resource: Resource, needs: &[String], before: Option<&Row>) -> Row {
    let logical_id = resource.logical_id.clone();
    tracing::warn!(
        logical_id,
        "not deployed: nothing runs functions here, and this resource needs one"
    );
    let stand_in = || {
        let change = Change::creation(context, resource, needs);
        change.row(Status::CreateComplete, Provisioned::new(logical_id, []))
    };
    before.cloned().unwrap_or_else(stand_in)
}

/// The row of a resource that is as the template asks: what only the stack reads of it may have changed.
fn kept(before: &Row, resource: &Resource, needs: &[String]) -> Row {
    Row {
        properties: resource.properties.clone(),
        needs: needs.to_vec(),
        deletion_policy: resource.deletion_policy.clone(),
        update_replace_policy: resource.update_replace_policy.clone(),
        ..before.clone()
    }
}

fn store_kept(context: &Context, before: &Row, kept: &Row) -> Row {
    if kept != before {
        let store = &context.cloud.store;
        store.update(|tx| kept.put(tx, &context.pseudo.region));
    }
    kept.clone()
}

/// The value of a `Ref` or `GetAtt` of a resource that is deployed, or of one that SAM generates for it.
fn value_of(plan: &Plan, rows: &Rows, reference: &Reference) -> Option<Value> {
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

pub(super) fn outputs(plan: &Plan, rows: &Rows) -> anyhow::Result<BTreeMap<String, String>> {
    let outputs = plan.outputs(&|reference| value_of(plan, rows, reference))?;
    let outputs = outputs.into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        other => Err(anyhow!("output {name} is {other}, not a text")),
    });
    outputs.collect()
}
