//! Buckets and queues.

use anyhow::bail;
use local_core::wire::apis;
use serde_json::{Map, Value, json};

use super::call::Context;
use super::resource::{Change, Made};
use local_s3::{self as s3, Bucket, Failure};

/// Properties of a bucket that say how an account protects or ages its objects. On one disk of one
/// person they have nothing to act on: there is nobody to block, and nothing gets old here.
const WITHOUT_EFFECT: [&str; 6] = [
    "BucketEncryption",
    "LifecycleConfiguration",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "Tags",
    // An overwritten object is gone here; no function reads an old version.
    "VersioningConfiguration",
];

pub(super) fn bucket(context: &Context, change: &Change) -> anyhow::Result<Made> {
    let properties = &change.resource.properties;
    for name in properties.keys() {
        if !["BucketName", "NotificationConfiguration"].contains(&name.as_str())
            && !WITHOUT_EFFECT.contains(&name.as_str())
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
    let name = change.name(context, "BucketName").to_lowercase();
    let bucket = Bucket {
        region: context.pseudo.region.clone(),
        created: cloud.world.now(),
        // The flag's default is true, once the configuration is there.
        event_bridge: event_bridge.is_object() && event_bridge["EventBridgeEnabled"] != false,
    };
    cloud
        .store
        .write(|tx| match s3::create_bucket(tx, &name, &bucket) {
            Err(Failure::BucketAlreadyOwnedByYou(_)) => Ok(()),
            other => other,
        })?;
    let domain = format!("{name}.s3.amazonaws.com");
    Ok(Made::new(
        name.clone(),
        [
            ("Arn", json!(format!("arn:aws:s3:::{name}"))),
            ("DomainName", json!(domain)),
        ],
    ))
}

pub(super) async fn queue(context: &Context, change: &Change) -> anyhow::Result<Made> {
    let name = change.name(context, "QueueName");
    let mut attributes = Map::new();
    for (property, value) in &change.resource.properties {
        if property != "QueueName" && property != "Tags" {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            attributes.insert(property.clone(), Value::String(text));
        }
    }
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
    Ok(Made::new(
        url,
        [
            ("Arn", json!(arn)),
            ("QueueName", json!(name)),
            ("QueueUrl", json!(url)),
        ],
    ))
}
