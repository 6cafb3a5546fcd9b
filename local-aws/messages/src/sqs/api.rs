//! SQS's operations on queues.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::queue::{self, Queue};
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_core::{ACCOUNT, Call};

/// The attribute that says who may send to the queue, besides the account.
const POLICY: &str = "Policy";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateQueueRequest {
    queue_name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct QueueUrl {
    queue_url: String,
}

pub(super) async fn create_queue(
    call: Call,
    request: CreateQueueRequest,
) -> Result<QueueUrl, AwsError> {
    let mut queue = Queue::new(call.cloud.world.now());
    set(&mut queue, &request.attributes)?;
    let name = request.queue_name;
    call.cloud.store.write(|tx| {
        if queue::create(tx, &call.region, &name, &queue)? {
            return put_policy(&call, tx, &name, &request.attributes);
        }
        let policy = call.cloud.policy_of(tx, &call.arn("sqs", &name));
        match request.attributes.get(POLICY) {
            Some(given) if policy.as_deref().unwrap_or_default() != given => {
                Err(queue::exists(&name))
            }
            _ => Ok(()),
        }
    })?;
    Ok(url(&call, &name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetQueueAttributesRequest {
    queue_url: String,
    attributes: BTreeMap<String, String>,
}

/// An attribute that is not given stays as it is.
pub(super) async fn set_queue_attributes(
    call: Call,
    request: SetQueueAttributesRequest,
) -> Result<(), AwsError> {
    let name = name(&request.queue_url);
    call.cloud.store.write(|tx| {
        let mut queue = queue::get(tx, &call.region, name)?;
        set(&mut queue, &request.attributes)?;
        queue.modified = Some(call.cloud.world.now());
        queue::put(tx, &call.region, name, &queue);
        put_policy(&call, tx, name, &request.attributes)
    })
}

/// The queue's policy is kept where the others are.
fn put_policy(
    call: &Call,
    tx: &Tx,
    name: &str,
    attributes: &BTreeMap<String, String>,
) -> Result<(), AwsError> {
    match attributes.get(POLICY) {
        Some(document) => call.cloud.put_policy(tx, &call.arn("sqs", name), document),
        None => Ok(()),
    }
}

fn set(queue: &mut Queue, attributes: &BTreeMap<String, String>) -> Result<(), AwsError> {
    for (name, value) in attributes {
        let member = match name.as_str() {
            "VisibilityTimeout" => &mut queue.visibility_timeout_seconds,
            "MessageRetentionPeriod" => &mut queue.message_retention_seconds,
            "ReceiveMessageWaitTimeSeconds" => &mut queue.receive_wait_seconds,
            // What SQS does anyway, and what here is the disk's own business.
            "SqsManagedSseEnabled" => continue,
            POLICY => continue,
            _ => {
                return Err(AwsError::unsupported(format!(
                    "local-aws does not honour the queue attribute {name}"
                )));
            }
        };
        *member = value.parse().map_err(|_| {
            AwsError::new(
                400,
                "InvalidAttributeValue",
                format!("{name} is no number of seconds: {value}"),
            )
        })?;
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct OneQueue {
    queue_url: String,
}

pub(super) async fn delete_queue(call: Call, request: OneQueue) -> Result<(), AwsError> {
    let name = name(&request.queue_url);
    call.cloud.store.write(|tx| {
        queue::delete(tx, &call.region, name)?;
        call.cloud.put_policy(tx, &call.arn("sqs", name), "")
    })
}

pub(super) async fn purge_queue(call: Call, request: OneQueue) -> Result<(), AwsError> {
    let name = name(&request.queue_url);
    call.cloud
        .store
        .write(|tx| queue::purge(tx, &call.region, name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetQueueUrlRequest {
    queue_name: String,
}

pub(super) async fn get_queue_url(
    call: Call,
    request: GetQueueUrlRequest,
) -> Result<QueueUrl, AwsError> {
    let name = request.queue_name;
    call.cloud
        .store
        .read(|tx| queue::get(tx, &call.region, &name))?;
    Ok(url(&call, &name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetQueueAttributesRequest {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetQueueAttributesResponse {
    attributes: BTreeMap<&'static str, String>,
}

pub(super) async fn get_queue_attributes(
    call: Call,
    request: GetQueueAttributesRequest,
) -> Result<GetQueueAttributesResponse, AwsError> {
    let name = name(&request.queue_url);
    let arn = call.arn("sqs", name);
    let (queue, counts, policy) = call.cloud.store.read(|tx| {
        let queue = queue::get(tx, &call.region, name)?;
        let counts = queue::counts(tx, &call.region, name, call.cloud.world.now());
        Ok::<_, AwsError>((queue, counts, call.cloud.policy_of(tx, &arn)))
    })?;
    let mut all = BTreeMap::from([
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        (
            "ApproximateNumberOfMessagesDelayed",
            counts.delayed.to_string(),
        ),
        (
            "ApproximateNumberOfMessagesNotVisible",
            counts.in_flight.to_string(),
        ),
        (
            "CreatedTimestamp",
            queue.created.unix_timestamp().to_string(),
        ),
        (
            "LastModifiedTimestamp",
            queue
                .modified
                .unwrap_or(queue.created)
                .unix_timestamp()
                .to_string(),
        ),
        (
            "MessageRetentionPeriod",
            queue.message_retention_seconds.to_string(),
        ),
        ("QueueArn", arn),
        (
            "ReceiveMessageWaitTimeSeconds",
            queue.receive_wait_seconds.to_string(),
        ),
        ("SqsManagedSseEnabled", "true".to_owned()),
        (
            "VisibilityTimeout",
            queue.visibility_timeout_seconds.to_string(),
        ),
    ]);
    all.extend(policy.map(|document| (POLICY, document)));
    let names = &request.attribute_names;
    if let Some(unknown) = names
        .iter()
        .find(|name| ![POLICY, "All"].contains(&name.as_str()) && !all.contains_key(name.as_str()))
    {
        return Err(AwsError::unsupported(format!(
            "local-aws does not have the queue attribute {unknown}"
        ))
        .with_query_code("InvalidAttributeName"));
    }
    let attributes = all
        .into_iter()
        .filter(|(name, _)| asked(names, name))
        .collect();
    Ok(GetQueueAttributesResponse { attributes })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListQueuesRequest {
    #[serde(default)]
    queue_name_prefix: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListQueuesResponse {
    queue_urls: Vec<String>,
}

pub(super) async fn list_queues(
    call: Call,
    request: ListQueuesRequest,
) -> Result<ListQueuesResponse, AwsError> {
    let names = call
        .cloud
        .store
        .read(|tx| queue::list(tx, &call.region))
        .into_iter();
    let wanted = names.filter(|name| name.starts_with(&request.queue_name_prefix));
    Ok(ListQueuesResponse {
        queue_urls: wanted.map(|name| url(&call, &name).queue_url).collect(),
    })
}

/// Whether a list of names asks for this one.
pub(super) fn asked(names: &[String], name: &str) -> bool {
    names.iter().any(|asked| asked == "All" || asked == name)
}

/// A queue's URL ends with its name; the port before it changes between starts.
pub(super) fn name(queue_url: &str) -> &str {
    queue_url.rsplit('/').next().unwrap_or(queue_url)
}

fn url(call: &Call, name: &str) -> QueueUrl {
    QueueUrl {
        queue_url: format!("{}/{ACCOUNT}/{name}", call.cloud.endpoint_url()),
    }
}
