//! SQS's operations on messages.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::api::{asked, name};
use super::queue::{self, Message};
use local_core::wire::AwsError;
use local_core::{ACCOUNT, Call};

/// Only strings: nobody here sends another type.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct MessageAttributeValue {
    string_value: String,
    data_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SendMessageRequest {
    queue_url: String,
    message_body: String,
    #[serde(default)]
    delay_seconds: u32,
    #[serde(default)]
    message_attributes: BTreeMap<String, MessageAttributeValue>,
}

#[derive(Serialize)]
pub(super) struct SendMessageResponse {
    #[serde(rename = "MessageId")]
    message_id: String,
    #[serde(rename = "MD5OfMessageBody")]
    md5_of_message_body: String,
    #[serde(rename = "MD5OfMessageAttributes")]
    md5_of_message_attributes: Option<String>,
}

pub(super) async fn send_message(
    call: Call,
    request: SendMessageRequest,
) -> Result<SendMessageResponse, AwsError> {
    let mut attributes = BTreeMap::new();
    for (name, value) in request.message_attributes {
        if value.data_type != "String" {
            return Err(AwsError::unsupported(format!(
                "local-aws does not honour the DataType {} of a message attribute",
                value.data_type
            )));
        }
        attributes.insert(name, value.string_value);
    }
    check_message(&request.message_body, &attributes)?;
    let now = call.cloud.world.now();
    let message = Message {
        id: call.cloud.world.dice("sqs/sent-id").uuid(),
        body: request.message_body,
        attributes,
        sent: now,
        visible_from: now + Duration::seconds(request.delay_seconds.into()),
        first_received: None,
        receive_count: 0,
        received: None,
        receipt: None,
    };
    let name = name(&request.queue_url);
    call.cloud
        .store
        .write(|tx| queue::send(tx, &call.region, name, &message))?;
    Ok(SendMessageResponse {
        md5_of_message_body: HEXLOWER.encode(&Md5::digest(&message.body)),
        md5_of_message_attributes: md5_of_attributes(&message.attributes),
        message_id: message.id,
    })
}

/// SQS's bound on a message with its attributes: 1 MiB since August 2025.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

fn check_message(body: &str, attributes: &BTreeMap<String, String>) -> Result<(), AwsError> {
    let invalid = |message: &str| Err(AwsError::new(400, "InvalidParameterValue", message));
    if body.is_empty() {
        return Err(AwsError::new(
            400,
            "MissingParameter",
            "The request must contain the parameter MessageBody.",
        ));
    }
    let in_attributes = attributes
        .iter()
        .map(|(name, value)| name.len() + "String".len() + value.len());
    if body.len() + in_attributes.sum::<usize>() > MAX_MESSAGE_BYTES {
        return invalid(
            "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
        );
    }
    if attributes.len() > 10 {
        return invalid("Number of message attributes exceeds the allowed maximum of 10.");
    }
    let texts = attributes.values().map(String::as_str);
    if !texts.chain([body]).all(|text| text.chars().all(is_xml)) {
        return Err(AwsError::new(
            400,
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | \
             #xE000 to #xFFFD | #x10000 to #x10FFFF",
        ));
    }
    Ok(())
}

/// What XML 1.0 can carry.
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Requests are read as SQS's SDKs write them: the newer and the older name of one list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ReceiveMessageRequest {
    queue_url: String,
    max_number_of_messages: Option<usize>,
    visibility_timeout: Option<u32>,
    wait_time_seconds: Option<u32>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiveMessageResponse {
    messages: Option<Vec<Received>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Received {
    message_id: String,
    receipt_handle: Option<String>,
    body: String,
    #[serde(rename = "MD5OfBody")]
    md5_of_body: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    message_attributes: BTreeMap<String, MessageAttributeValue>,
    #[serde(rename = "MD5OfMessageAttributes")]
    md5_of_message_attributes: Option<String>,
}

pub(super) async fn receive_message(
    call: Call,
    request: ReceiveMessageRequest,
) -> Result<ReceiveMessageResponse, AwsError> {
    let name = name(&request.queue_url);
    let queue = call
        .cloud
        .store
        .read(|tx| queue::get(tx, &call.region, name))?;
    let limit = request.max_number_of_messages.unwrap_or(1);
    let hidden = request
        .visibility_timeout
        .unwrap_or(queue.visibility_timeout_seconds);
    let wait = request
        .wait_time_seconds
        .unwrap_or(queue.receive_wait_seconds);
    let world = &call.cloud.world;
    let deadline = world.now() + Duration::seconds(wait.into());
    let mut changes = call.cloud.store.changes_of(&[queue::VISIBLE.kind()]);
    loop {
        let now = world.now();
        // A read first: most notices are of other queues, and a write would hold up all others.
        let first = call
            .cloud
            .store
            .read(|tx| queue::first_visible(tx, &call.region, name));
        if first.is_some_and(|visible_from| visible_from <= now) {
            let hidden = Duration::seconds(hidden.into());
            let received = call
                .cloud
                .store
                .write(|tx| queue::receive(tx, (&call.region, name), limit, hidden, now))?;
            if !received.is_empty() {
                let messages = received
                    .into_iter()
                    .map(|message| received_as_asked(message, &request));
                return Ok(ReceiveMessageResponse {
                    messages: Some(messages.collect()),
                });
            }
        }
        if now >= deadline {
            return Ok(ReceiveMessageResponse { messages: None });
        }
        // A message that becomes visible again changes nothing in the store.
        let next = first.filter(|visible_from| *visible_from > now);
        let look_again = next.map_or(deadline, |next| next.min(deadline));
        tokio::select! {
            biased;
            () = changes.changed() => {}
            () = world.sleep((look_again - now).unsigned_abs()) => {}
        }
    }
}

fn received_as_asked(message: Message, request: &ReceiveMessageRequest) -> Received {
    let milliseconds = |time: OffsetDateTime| (time.unix_timestamp_nanos() / 1_000_000).to_string();
    let first_received = message.first_received.unwrap_or(message.sent);
    let all = [
        ("SenderId", ACCOUNT.to_owned()),
        ("SentTimestamp", milliseconds(message.sent)),
        ("ApproximateReceiveCount", message.receive_count.to_string()),
        (
            "ApproximateFirstReceiveTimestamp",
            milliseconds(first_received),
        ),
    ];
    let of_system = |name: &str| {
        asked(&request.attribute_names, name)
            || asked(&request.message_system_attribute_names, name)
    };
    let attributes: BTreeMap<String, String> = message
        .attributes
        .into_iter()
        .filter(|(name, _)| asked(&request.message_attribute_names, name))
        .collect();
    Received {
        message_id: message.id,
        receipt_handle: message.receipt,
        md5_of_body: HEXLOWER.encode(&Md5::digest(&message.body)),
        body: message.body,
        attributes: all
            .into_iter()
            .filter(|(name, _)| of_system(name))
            .collect(),
        md5_of_message_attributes: md5_of_attributes(&attributes),
        message_attributes: attributes
            .into_iter()
            .map(|(name, string_value)| {
                let data_type = "String".to_owned();
                (
                    name,
                    MessageAttributeValue {
                        string_value,
                        data_type,
                    },
                )
            })
            .collect(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteMessageRequest {
    queue_url: String,
    receipt_handle: String,
}

pub(super) async fn delete_message(
    call: Call,
    request: DeleteMessageRequest,
) -> Result<(), AwsError> {
    let name = name(&request.queue_url);
    call.cloud
        .store
        .write(|tx| queue::delete_message(tx, &call.region, name, &request.receipt_handle))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChangeMessageVisibilityRequest {
    queue_url: String,
    receipt_handle: String,
    visibility_timeout: u32,
}

pub(super) async fn change_message_visibility(
    call: Call,
    request: ChangeMessageVisibilityRequest,
) -> Result<(), AwsError> {
    let queue = (call.region.as_str(), name(&request.queue_url));
    let hidden = Duration::seconds(request.visibility_timeout.into());
    let now = call.cloud.world.now();
    call.cloud
        .store
        .write(|tx| queue::hide(tx, queue, &request.receipt_handle, hidden, now))
}

/// SQS's digest of string attributes: lengths and texts in name order, and 1 for "a string".
fn md5_of_attributes(attributes: &BTreeMap<String, String>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut digest = Md5::new();
    let text = |text: &str, digest: &mut Md5| {
        // SQS's messages are at most 1 MiB.
        digest.update(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        digest.update(text);
    };
    for (name, value) in attributes {
        text(name, &mut digest);
        text("String", &mut digest);
        digest.update([1]);
        text(value, &mut digest);
    }
    Some(HEXLOWER.encode(&digest.finalize()))
}
