//! SageMaker's feature groups: features are added to one that is there, and everything else of it replaces it.

use std::time::Duration;

use anyhow::{bail, ensure};
use local_core::wire::{Api, AwsError, apis};
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::sagemaker::{set_tags, text};

const SERVICE: Api = apis::SAGEMAKER;

pub(super) const TYPE: &str = "AWS::SageMaker::FeatureGroup";

/// The most features that UpdateFeatureGroup takes.
const MOST_ADDITIONS: usize = 100;

/// Between two looks at a group that is on its way.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) async fn provision(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let name = change.name("FeatureGroupName");
    let mut members = change.resource.properties.clone();
    members.insert("FeatureGroupName".to_owned(), json!(name));
    let found = describe(context, &name).await.ok();
    change.check_name(&name, found.is_some())?;
    match found {
        Some(group) => {
            add_features(context, &group, &members["FeatureDefinitions"]).await?;
            set_tags(context, &text(&group, "FeatureGroupArn")?, &members).await?;
        }
        None => {
            let members = Value::Object(members);
            context.call(SERVICE, "CreateFeatureGroup", members).await?;
        }
    }
    let group = settled(context, &name).await?;
    let attributes = [
        ("CreationTime", json!(group["CreationTime"].to_string())),
        ("FeatureGroupStatus", group["FeatureGroupStatus"].clone()),
    ];
    Ok(Provisioned::new(name, attributes))
}

/// Done once the group is gone.
pub(super) async fn remove(context: &Context, name: &str) -> Result<(), AwsError> {
    let members = json!({ "FeatureGroupName": name });
    match context.call(SERVICE, "DeleteFeatureGroup", members).await {
        Err(error) if error.code == "ResourceNotFound" => return Ok(()),
        other => drop(other?),
    }
    while describe(context, name).await.is_ok() {
        context.cloud.world.sleep(PAUSE).await;
    }
    Ok(())
}

async fn describe(context: &Context, name: &str) -> Result<Value, AwsError> {
    let identity = json!({ "FeatureGroupName": name });
    context
        .call(SERVICE, "DescribeFeatureGroup", identity)
        .await
}

/// The group, once its creation has ended; one that failed is removed.
async fn settled(context: &Context, name: &str) -> anyhow::Result<Value> {
    loop {
        let group = describe(context, name).await?;
        match group["FeatureGroupStatus"].as_str() {
            Some("Creating") => context.cloud.world.sleep(PAUSE).await,
            Some("Created") => return Ok(group),
            _ => {
                remove(context, name).await?;
                let reason = group["FailureReason"].as_str();
                bail!(
                    "feature group {name}: {}",
                    reason.unwrap_or("it is deleted")
                );
            }
        }
    }
}

async fn add_features(context: &Context, group: &Value, wanted: &Value) -> anyhow::Result<()> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (there, mut added) = (list(&group["FeatureDefinitions"]), list(wanted));
    for feature in &there {
        ensure!(
            added.contains(feature),
            "Features are not removed from a feature group, and keep their types: {}",
            feature["FeatureName"]
        );
    }
    added.retain(|feature| !there.contains(feature));
    for additions in added.chunks(MOST_ADDITIONS) {
        let members = json!({
            "FeatureGroupName": group["FeatureGroupName"],
            "FeatureAdditions": additions,
        });
        context.call(SERVICE, "UpdateFeatureGroup", members).await?;
    }
    Ok(())
}
