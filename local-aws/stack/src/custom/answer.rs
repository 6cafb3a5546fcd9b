//! Asks the function of a custom resource and waits for its answer.

use anyhow::{Context as _, anyhow, bail, ensure};
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use super::request::{LONGEST_TIMEOUT, Request};
use crate::call::Context;
use local_core::Principal;
use local_lambda as lambda;
use local_s3::{self as s3, Bucket, Failure};

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

/// The function answered that it failed.
#[derive(Debug, Error)]
#[error("{function} says: {reason}")]
pub struct Failed {
    function: String,
    reason: String,
    pub physical_id: Option<String>,
}

/// Whether functions run here; a custom resource needs one.
pub fn can_be_asked(context: &Context) -> bool {
    let settings = &context.cloud.settings;
    settings.functions_dir.is_some() && settings.run_tasks
}

/// The physical id and the attributes that the function answers.
pub async fn ask(
    context: &Context,
    request: &Request<'_>,
) -> anyhow::Result<(String, Map<String, Value>)> {
    ensure!(
        can_be_asked(context),
        "nothing runs functions here, and this resource needs one"
    );
    let cloud = &context.cloud;
    let function = request.function()?;
    let limit = request.timeout()?;
    let bucket = response_bucket(context)?;
    let key = cloud.world.dice("stack/answer-key").uuid();
    let url = presign(context, (&bucket, &key))?;
    let event = request.event(context, &url).to_string();
    let region = &context.pseudo.region;
    let request_id = cloud
        .store
        .write(|tx| lambda::enqueue(cloud, tx, region, function, &event))?;
    let answered = tokio::select! {
        biased;
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
        bail!(Failed {
            function: function.to_owned(),
            reason: response.reason.unwrap_or_default(),
            physical_id: response.physical_resource_id,
        });
    }
    let physical_id = response
        .physical_resource_id
        .context("the answer has no PhysicalResourceId")?;
    Ok((physical_id, response.data.unwrap_or_default()))
}

/// Waits for the answer, or until the queue has given the event up.
async fn answer(
    context: &Context,
    object: (&str, &str),
    request_id: &str,
) -> anyhow::Result<Response> {
    let cloud = &context.cloud;
    let mut changes = cloud.store.changes();
    loop {
        // In this order: an answer comes before its event leaves the queue.
        let region = &context.pseudo.region;
        let queued = cloud
            .store
            .read(|tx| lambda::is_queued(tx, region, request_id));
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
    let principal = Principal::cloudformation();
    s3::presign(
        &context.cloud,
        &principal,
        &Method::PUT,
        object,
        LONGEST_TIMEOUT,
    )
}

/// Ours alone: its objects are no events.
fn response_bucket(context: &Context) -> anyhow::Result<String> {
    let region = &context.pseudo.region;
    let name = response_bucket_name(region);
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

fn response_bucket_name(region: &str) -> String {
    let region = region.replace('-', "");
    format!("cloudformation-custom-resource-response-{region}")
}

/// Deletes the answers that came too late, and their bucket.
pub fn forget_all(context: &Context) {
    let cloud = &context.cloud;
    let bucket = response_bucket_name(&context.pseudo.region);
    let answers = s3::list_prefix(cloud, &bucket, "").unwrap_or_default();
    for (key, _) in answers {
        let _ = s3::delete(cloud, &bucket, &key);
    }
    let _ = cloud.store.write(|tx| s3::delete_bucket(tx, &bucket));
}
