//! Custom resources: a function is asked, and answers to a presigned URL.
//!
//! Source: the CloudFormation user guide, "Custom resource request objects" and "response objects".

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::call::Context;
use super::resource::{Change, Made};
use local_core::Principal;
use local_core::store::Store;
use local_lambda as lambda;
use local_s3::{self as s3, Bucket, Failure};

/// CloudFormation waits an hour, and its URL lives as long.
const URL_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// `Data` and everything around it.
const MAX_RESPONSE_BYTES: usize = 4096;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    status: Status,
    reason: Option<String>,
    physical_resource_id: Option<String>,
    #[serde(default)]
    data: Option<Map<String, Value>>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Success,
    Failed,
}

pub(super) async fn deploy(context: &Context, change: &Change) -> anyhow::Result<Made> {
    let cloud = &context.cloud;
    let logical_id = &change.resource.logical_id;
    if cloud.settings.functions_dir.is_none() || !cloud.settings.run_tasks {
        tracing::warn!(
            logical_id,
            "not deployed: nothing runs functions here, and this resource needs one"
        );
        return Ok(Made::new(logical_id.clone(), []));
    }
    let token = change
        .property("ServiceToken")
        .context("a custom resource needs a ServiceToken")?;
    let function = token.rsplit(':').next().unwrap_or_default();
    let bucket = response_bucket(context)?;
    let key = cloud.world.uuid();
    let event = event(context, change, presign(context, (&bucket, &key))?).to_string();
    let region = &context.pseudo.region;
    let request_id = cloud
        .store
        .write(|tx| lambda::enqueue(cloud, tx, region, function, &event))?;
    let limit = service_timeout(&change.resource.properties)?;
    let answered = tokio::select! {
        answered = answer(context, (&bucket, &key), &request_id) =>
            answered.with_context(|| format!("{function} ended without answering")),
        () = cloud.world.sleep(limit) => {
            Err(anyhow!("{function} has not answered in {} seconds", limit.as_secs()))
        }
    };
    let response =
        answered.with_context(|| format!("the log is logs/{function}.log in the state folder"))?;
    s3::delete(cloud, &bucket, &key)?;
    if response.status == Status::Failed {
        bail!("{function} says: {}", response.reason.unwrap_or_default());
    }
    let physical_id = response
        .physical_resource_id
        .context("the answer has no PhysicalResourceId")?;
    Ok(Made {
        physical_id,
        attributes: response.data.unwrap_or_default(),
    })
}

/// How long CloudFormation waits for the answer.
fn service_timeout(properties: &Map<String, Value>) -> anyhow::Result<Duration> {
    let Some(value) = properties.get("ServiceTimeout") else {
        return Ok(URL_LIFETIME);
    };
    let seconds = value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .filter(|seconds| (1..=URL_LIFETIME.as_secs()).contains(seconds))
        .with_context(|| format!("ServiceTimeout is {value}: it must be 1 to 3600 seconds"))?;
    Ok(Duration::from_secs(seconds))
}

fn event(context: &Context, change: &Change, response_url: String) -> Value {
    let resource = &change.resource;
    let mut event = json!({
        "RequestType": "Create",
        "RequestId": context.cloud.world.uuid(),
        "ResponseURL": response_url,
        "StackId": context.pseudo.stack_id,
        "ServiceToken": change.property("ServiceToken"),
        "ResourceType": resource.resource_type,
        "LogicalResourceId": resource.logical_id,
        "ResourceProperties": as_texts(&Value::Object(resource.properties.clone())),
    });
    if let Some(before) = &change.before {
        event["RequestType"] = json!("Update");
        event["PhysicalResourceId"] = json!(before.physical_id);
        event["OldResourceProperties"] = as_texts(&Value::Object(before.properties.clone()));
    }
    event
}

/// CloudFormation hands every scalar on as a text.
fn as_texts(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| (name.clone(), as_texts(value)))
            .collect(),
        Value::Array(items) => items.iter().map(as_texts).collect(),
        Value::String(_) | Value::Null => value.clone(),
        scalar => Value::String(scalar.to_string()),
    }
}

/// Waits for the answer, or until the queue has given the event up.
async fn answer(
    context: &Context,
    object: (&str, &str),
    request_id: &str,
) -> anyhow::Result<Response> {
    let cloud = &context.cloud;
    let store: &Store = &cloud.store;
    let mut changes = store.changes();
    loop {
        // In this order: an answer comes before its event leaves the queue.
        let queued = store.read(|tx| lambda::is_queued(tx, &context.pseudo.region, request_id));
        match s3::get_bytes(cloud, object.0, object.1) {
            Ok(bytes) if bytes.len() > MAX_RESPONSE_BYTES => {
                bail!("the answer is larger than {MAX_RESPONSE_BYTES} bytes")
            }
            Ok(bytes) => return serde_json::from_slice(&bytes).context("read the answer"),
            Err(_) if queued => changes.changed().await,
            Err(_) => bail!("no answer came"),
        }
    }
}

fn presign(context: &Context, object: (&str, &str)) -> anyhow::Result<String> {
    let principal = Principal("cloudformation".to_owned());
    s3::presign(
        &context.cloud,
        &principal,
        &Method::PUT,
        object,
        URL_LIFETIME,
    )
}

/// Ours alone: its objects are no event for anybody.
fn response_bucket(context: &Context) -> anyhow::Result<String> {
    let region = &context.pseudo.region;
    let name = format!(
        "cloudformation-custom-resource-response-{}",
        region.replace('-', "")
    );
    let bucket = Bucket {
        region: region.clone(),
        created: context.cloud.world.now(),
        event_bridge: false,
    };
    context
        .cloud
        .store
        .write(|tx| match s3::create_bucket(tx, &name, &bucket) {
            Err(Failure::BucketAlreadyOwnedByYou(_)) => Ok(()),
            other => other,
        })?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout(properties: &Value) -> anyhow::Result<u64> {
        let properties = properties.as_object().expect("an object");
        service_timeout(properties).map(|limit| limit.as_secs())
    }

    #[test]
    fn an_answer_is_awaited_as_long_as_the_resource_says_and_an_hour_at_most() {
        assert_eq!(timeout(&json!({})).unwrap(), 3600);
        assert_eq!(timeout(&json!({"ServiceTimeout": 600})).unwrap(), 600);
        assert_eq!(timeout(&json!({"ServiceTimeout": "600"})).unwrap(), 600);
        for wrong in [json!(0), json!(3601), json!("soon")] {
            assert!(
                timeout(&json!({"ServiceTimeout": wrong})).is_err(),
                "{wrong}"
            );
        }
    }
}
