//! Where an event goes when its asynchronous invocation is over: done, or failed for good.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::function::{Deployed, Function};
use super::invoke::{Outcome, rfc3339};
use super::queued::Queued;
use local_core::Cloud;
use local_core::authorization::Question;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::targets::{self, Message, Sender};

/// Lambda cuts the error message of a dead-letter message here.
const MAX_ERROR_MESSAGE: usize = 1024;

/// EventBridge's bound on an entry, which a record must not pass.
const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// Why no further try is made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition {
    Success,
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

/// Sends the on-success record as an event, if the function asks for it.
///
/// Source: the Lambda developer guide, "Capturing records of asynchronous invocations", destination formats:
/// EventBridge gets the record as the detail.
pub(super) fn succeeded(
    cloud: &Cloud,
    tx: &Tx,
    deployed: &Deployed,
    invoked: (&Queued, &str),
    outcome: &Outcome,
) {
    let function = &deployed.function;
    let Some(bus) = &function.on_success else {
        return;
    };
    let detail = record(cloud, deployed, invoked, Condition::Success, Some(outcome));
    if detail.to_string().len() > MAX_EVENT_BYTES {
        tracing::error!(
            function.name,
            "an invocation's record is lost: it is too large for an event"
        );
        return;
    }
    let question = Question::new(&function.principal(), "events:PutEvents", bus);
    if let Err(denial) = cloud.authorize_in(tx, &question) {
        tracing::error!(
            function.name,
            error.message = denial.message,
            "an invocation's record is lost: its bus refused it"
        );
        return;
    }
    tx.emit(&Event {
        source: "lambda".to_owned(),
        detail_type: "Lambda Function Invocation Result - Success".to_owned(),
        region: function.region.clone(),
        resources: vec![format!("{}:$LATEST", function.arn(cloud)), bus.to_owned()],
        detail,
        time: cloud.world.now(),
    });
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
    let is_success = matches!(condition, Condition::Success);
    let mut record = json!({
        "version": "1.0",
        "timestamp": rfc3339(cloud.world.now()),
        "requestContext": {
            "requestId": queued.request_id,
            "functionArn": format!("{}:$LATEST", deployed.function.arn(cloud)),
            "condition": format!("{condition:?}"),
            "approximateInvokeCount": queued.failures + u64::from(is_success),
        },
        "requestPayload": value(payload.as_bytes()),
    });
    if let Some(outcome) = outcome {
        record["responseContext"] = json!({
            "statusCode": 200,
            "executedVersion": "$LATEST",
        });
        if let Some(error) = outcome.function_error {
            record["responseContext"]["functionError"] = error.into();
        }
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
