//! Where an event goes that a function failed on for good.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::function::{Deployed, Function};
use super::invoke::{Outcome, rfc3339};
use super::queued::Queued;
use local_core::Cloud;
use local_core::store::Tx;
use local_core::targets::{self, Message, Sender};

/// Lambda cuts the error message of a dead-letter message here.
const MAX_ERROR_MESSAGE: usize = 1024;

/// Why no further try is made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition {
    RetriesExhausted,
    EventAgeExceeded,
    ZeroReservedConcurrency,
}

/// Sends the on-failure record and the dead letter, as far as the function asks for them.
pub(super) fn give_up(
    cloud: &Cloud,
    tx: &Tx,
    deployed: &Deployed,
    (queued, payload): (&Queued, &str),
    condition: Condition,
    outcome: Option<&Outcome>,
) {
    let function = &deployed.function;
    tracing::error!(
        function.name,
        request.id = queued.request_id,
        condition = format!("{condition:?}"),
        "an event failed for good"
    );
    if let Some(queue) = &function.on_failure {
        let record = record(cloud, deployed, (queued, payload), condition, outcome).to_string();
        send(cloud, tx, (function, queue), &record, BTreeMap::new());
    }
    if let Some(queue) = &function.dead_letter_queue {
        let mut message = outcome
            .map(|outcome| String::from_utf8_lossy(&outcome.payload).into_owned())
            .unwrap_or_default();
        message.truncate(message.floor_char_boundary(MAX_ERROR_MESSAGE));
        let attributes = [
            ("RequestID", queued.request_id.clone()),
            ("ErrorCode", "200".to_owned()),
            ("ErrorMessage", message),
        ];
        let attributes = attributes
            .map(|(name, value)| (name.to_owned(), value))
            .into();
        send(cloud, tx, (function, queue), payload, attributes);
    }
}

/// Source: the Lambda developer guide, "Capturing records of asynchronous invocations".
fn record(
    cloud: &Cloud,
    deployed: &Deployed,
    (queued, payload): (&Queued, &str),
    condition: Condition,
    outcome: Option<&Outcome>,
) -> Value {
    let value = |text: &[u8]| -> Value {
        serde_json::from_slice(text)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(text).into_owned()))
    };
    let mut record = json!({
        "version": "1.0",
        "timestamp": rfc3339(cloud.world.now()),
        "requestContext": {
            "requestId": queued.request_id,
            "functionArn": format!("{}:$LATEST", deployed.function.arn(cloud)),
            "condition": format!("{condition:?}"),
            "approximateInvokeCount": queued.failures,
        },
        "requestPayload": value(payload.as_bytes()),
    });
    if let Some(outcome) = outcome {
        record["responseContext"] = json!({
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": outcome.function_error,
        });
        record["responsePayload"] = value(&outcome.payload);
    }
    record
}

fn send(
    cloud: &Cloud,
    tx: &Tx,
    (function, target_arn): (&Function, &str),
    body: &str,
    attributes: BTreeMap<String, String>,
) {
    // Source: the Lambda developer guide, "Capturing records of asynchronous invocations": the execution role
    // needs the right to send.
    let sender = Sender {
        principal: function.principal(),
        source_arn: function.arn(cloud),
    };
    let message = Message {
        target_arn,
        sender: &sender,
        body,
        attributes,
    };
    if let Err(error) = targets::send(cloud, tx, &message) {
        tracing::error!(
            target.arn = target_arn,
            error.message = error.message,
            "a failed event is lost: its target refused it"
        );
    }
}
