//! Buckets and queues.

use anyhow::bail;
use local_core::wire::apis;
use serde_json::{Map, Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;
use super::without_effect;
use local_s3::{self as s3, Bucket, Failure};

pub(super) fn bucket(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let properties = &change.resource.properties;
    for name in properties.keys() {
        if !["BucketName", "NotificationConfiguration"].contains(&name.as_str())
            && !without_effect::is_listed(&change.resource.resource_type, name)
        {
            bail!("local-aws does not honour the property {name} of a bucket");
        }
    }
    let notifications = &properties
        .get("NotificationConfiguration")
        .cloned()
        .unwrap_or_default();
    if let Some(other) = notifications
        .as_object()
        .and_then(|all| all.keys().find(|name| *name != "EventBridgeConfiguration"))
    {
        bail!("local-aws sends a bucket's events to EventBridge only, not by {other}");
    }
    let event_bridge = &notifications["EventBridgeConfiguration"];
    let cloud = &context.cloud;
    let name = change.name("BucketName").to_lowercase();
    // The flag's default is true, once the configuration is there.
    let event_bridge = event_bridge.is_object() && event_bridge["EventBridgeEnabled"] != false;
    let bucket = Bucket {
        region: context.pseudo.region.clone(),
        created: cloud.world.now(),
        event_bridge,
    };
    cloud
        .store
        .write(|tx| match s3::create_bucket(tx, &name, &bucket) {
            Err(Failure::BucketAlreadyOwnedByYou(_)) if !change.is_new() => {
                s3::set_event_bridge(tx, &name, event_bridge)
            }
            other => other,
        })?;
    let domain = format!("{name}.s3.amazonaws.com");
    Ok(Provisioned::new(
        name.clone(),
        [
            ("Arn", json!(format!("arn:aws:s3:::{name}"))),
            ("DomainName", json!(domain)),
        ],
    ))
}

pub(super) fn delete_bucket(context: &Context, row: &Row) -> Result<(), Failure> {
    let store = &context.cloud.store;
    store.write(|tx| s3::delete_bucket(tx, &row.physical_id))
}

pub(super) async fn queue(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let name = change.name("QueueName");
    if let Some(before) = change.deployed() {
        return update_queue(context, change, before).await;
    }
    // SQS answers a queue that is there and has the same attributes; CloudFormation refuses it.
    let identity = json!({ "QueueName": name });
    let found = context.call(apis::SQS, "GetQueueUrl", identity).await;
    change.check_name(&name, found.is_ok())?;
    let attributes = attributes(change);
    let created = context
        .call(
            apis::SQS,
            "CreateQueue",
            json!({ "QueueName": name, "Attributes": attributes }),
        )
        .await?;
    let Some(url) = created["QueueUrl"].as_str() else {
        bail!("CreateQueue answered no QueueUrl")
    };
    let arn = context.arn("sqs", &name);
    Ok(Provisioned::new(
        url,
        [
            ("Arn", json!(arn)),
            ("QueueName", json!(name)),
            ("QueueUrl", json!(url)),
        ],
    ))
}

/// SQS's defaults, to which an attribute goes back that left the template.
const DEFAULTS: [(&str, &str); 3] = [
    ("MessageRetentionPeriod", "345600"),
    ("ReceiveMessageWaitTimeSeconds", "0"),
    ("VisibilityTimeout", "30"),
];

async fn update_queue(
    context: &Context,
    change: &Change,
    before: &Row,
) -> anyhow::Result<Provisioned> {
    let mut attributes = attributes(change);
    for (name, default) in DEFAULTS {
        attributes.entry(name).or_insert_with(|| json!(default));
    }
    let url = &before.physical_id;
    let members = json!({ "QueueUrl": url, "Attributes": attributes });
    context
        .call(apis::SQS, "SetQueueAttributes", members)
        .await?;
    Ok(Provisioned {
        attributes: before.attributes.clone(),
        ..Provisioned::new(url, [])
    })
}

/// The queue's attributes, which the API takes as texts.
fn attributes(change: &Change) -> Map<String, Value> {
    let mut attributes = Map::new();
    for (property, value) in &change.resource.properties {
        if property != "QueueName"
            && !without_effect::is_listed(&change.resource.resource_type, property)
        {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            attributes.insert(property.clone(), Value::String(text));
        }
    }
    attributes
}

/// The operation that removes a queue, and its members.
pub(super) fn deletion(row: &Row) -> Option<(&'static str, Value)> {
    let is_queue = row.resource_type == "AWS::SQS::Queue";
    is_queue.then(|| ("DeleteQueue", json!({ "QueueUrl": row.physical_id })))
}
