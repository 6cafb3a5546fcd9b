//! Rules of EventBridge that are resources of their own.

use anyhow::{Context as _, bail};
use local_core::wire::apis;
use local_messages::events::{Rule, Target};
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;

pub(super) const TYPE: &str = "AWS::Events::Rule";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    /// The stack's name for it, unless it is given; see [`Change::name`].
    #[serde(rename = "Name")]
    _name: Option<String>,
    description: Option<String>,
    event_pattern: Value,
    state: Option<String>,
    #[serde(default)]
    targets: Vec<Target>,
}

pub(super) async fn deploy(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let name = change.name("Name");
    let properties = Value::Object(change.resource.properties.clone());
    let rule = Properties::deserialize(properties).context("read the rule")?;
    let (store, region) = (&context.cloud.store, &context.pseudo.region);
    let found = store.read(|tx| Rule::find(tx, region, &name));
    change.check_name(&name, found.is_ok())?;
    let mut members = json!({
        "Name": name,
        "EventPattern": rule.event_pattern.to_string(),
        "State": rule.state.unwrap_or_else(|| "ENABLED".to_owned()),
    });
    if let Some(description) = rule.description {
        members["Description"] = description.into();
    }
    let answer = context.call(apis::EVENTBRIDGE, "PutRule", members).await?;
    let Some(arn) = answer["RuleArn"].as_str() else {
        bail!("PutRule answered no RuleArn")
    };
    let kept = |id: &Value| rule.targets.iter().any(|target| *id == target.id.as_str());
    let mut gone = targets_before(change);
    gone.retain(|id| !kept(id));
    if !gone.is_empty() {
        let members = json!({ "Rule": name, "Ids": gone });
        context
            .call(apis::EVENTBRIDGE, "RemoveTargets", members)
            .await?;
    }
    if !rule.targets.is_empty() {
        put_targets(context, &name, &rule.targets, found.is_err()).await?;
    }
    Ok(Provisioned::new(name, [("Arn", json!(arn))]))
}

/// Gives a rule its targets; a new rule whose targets are refused is taken back.
pub(super) async fn put_targets(
    context: &Context,
    name: &str,
    targets: &[Target],
    is_new: bool,
) -> anyhow::Result<()> {
    let members = json!({ "Rule": name, "Targets": targets });
    let put = context.call(apis::EVENTBRIDGE, "PutTargets", members).await;
    if put.is_err() && is_new {
        let region = &context.pseudo.region;
        let store = &context.cloud.store;
        store.update(|tx| Rule::delete(tx, region, name));
    }
    put?;
    Ok(())
}

/// The ids of the targets that the rule had.
fn targets_before(change: &Change) -> Vec<Value> {
    let row = change.deployed();
    let targets = row.and_then(|row| row.properties.get("Targets")?.as_array());
    let targets = targets.into_iter().flatten();
    targets.map(|target| target["Id"].clone()).collect()
}

pub(super) fn remove(context: &Context, row: &Row) {
    let region = &context.pseudo.region;
    let store = &context.cloud.store;
    store.update(|tx| Rule::delete(tx, region, &row.physical_id));
}
