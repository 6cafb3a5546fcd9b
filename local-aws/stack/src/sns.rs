//! Topics and their subscriptions.

use anyhow::bail;
use local_messages::sns::{self, Topic};
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;
use super::without_effect;

pub(super) const TOPIC: &str = "AWS::SNS::Topic";
pub(super) const SUBSCRIPTION: &str = "AWS::SNS::Subscription";

pub(super) fn topic(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    for property in change.resource.properties.keys() {
        let is_honoured = ["TopicName", "DisplayName"].contains(&property.as_str());
        if !is_honoured && !without_effect::is_listed(TOPIC, property) {
            bail!("local-aws does not honour the property {property} of a topic");
        }
    }
    let name = change.name("TopicName");
    let topic = Topic {
        display_name: change.property("DisplayName").map(str::to_owned),
    };
    let store = &context.cloud.store;
    let is_taken = store.read(|tx| sns::has_topic(tx, &context.pseudo.region, &name));
    change.check_name(&name, is_taken)?;
    store.update(|tx| sns::put_topic(tx, &context.pseudo.region, &name, &topic));
    let arn = context.arn("sns", &name);
    Ok(Provisioned::new(
        arn.clone(),
        [("TopicArn", json!(arn)), ("TopicName", json!(name))],
    ))
}

pub(super) fn remove_topic(context: &Context, row: &Row) {
    let name = row.attributes.get("TopicName").and_then(Value::as_str);
    let store = &context.cloud.store;
    let region = &context.pseudo.region;
    store.update(|tx| sns::remove_topic(tx, region, name.unwrap_or_default()));
}

/// Nothing is mailed here: every message is shown by `up`, whoever has subscribed.
pub(super) fn subscription(change: &Change) -> anyhow::Result<Provisioned> {
    let protocol = change.property("Protocol").unwrap_or_default();
    if protocol != "email" {
        bail!("local-aws subscribes e-mail addresses to a topic, not the protocol {protocol}");
    }
    for property in change.resource.properties.keys() {
        if !["Protocol", "Endpoint", "TopicArn"].contains(&property.as_str()) {
            bail!("local-aws does not honour the property {property} of a subscription");
        }
    }
    let Some(topic) = change.property("TopicArn") else {
        bail!("a subscription needs a TopicArn")
    };
    // A subscription has no name of its own: this is the one that the stack gives it.
    let id = change.name("");
    Ok(Provisioned::new(format!("{topic}:{id}"), []))
}
