//! The state of a queue and its messages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

const QUEUES: Table<Queue> = Table::new("sqs/queue");
pub(super) const MESSAGES: Table<Message> = Table::new("sqs/message");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Queue {
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
    pub visibility_timeout_seconds: u32,
    pub message_retention_seconds: u32,
    pub receive_wait_seconds: u32,
}

impl Queue {
    /// SQS's own defaults.
    pub fn new(created: OffsetDateTime) -> Self {
        Self {
            created,
            visibility_timeout_seconds: 30,
            message_retention_seconds: 4 * 24 * 60 * 60,
            receive_wait_seconds: 0,
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Message {
    pub id: String,
    pub body: String,
    pub attributes: BTreeMap<String, String>,
    #[serde(with = "time::serde::rfc3339")]
    pub sent: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub visible_from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub first_received: Option<OffsetDateTime>,
    pub receive_count: u32,
    /// Names the last receipt, which alone may delete it.
    pub receipt: Option<String>,
}

/// How many messages wait, are received and not deleted, or are not yet due.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub visible: usize,
    pub in_flight: usize,
    pub delayed: usize,
}

/// Creating a queue again with the same attributes finds the first.
pub fn create(tx: &Tx, region: &str, name: &str, queue: &Queue) -> Result<(), AwsError> {
    let Some(found) = QUEUES.get(tx, region, name) else {
        QUEUES.put(tx, region, name, queue);
        return Ok(());
    };
    let same = found.visibility_timeout_seconds == queue.visibility_timeout_seconds
        && found.message_retention_seconds == queue.message_retention_seconds
        && found.receive_wait_seconds == queue.receive_wait_seconds;
    if same {
        return Ok(());
    }
    let message = format!(
        "A queue already exists with the same name and a different value for an attribute: {name}"
    );
    Err(AwsError::new(400, "QueueNameExists", message).with_query_code("QueueAlreadyExists"))
}

pub(super) fn get(tx: &Tx, region: &str, name: &str) -> Result<Queue, AwsError> {
    QUEUES.get(tx, region, name).ok_or_else(|| {
        AwsError::new(
            400,
            "QueueDoesNotExist",
            format!("The specified queue {name} does not exist."),
        )
        .with_query_code("AWS.SimpleQueueService.NonExistentQueue")
    })
}

pub(super) fn list(tx: &Tx, region: &str) -> Vec<String> {
    let queues = QUEUES.list(tx, region).into_iter();
    queues.map(|(name, _)| name).collect()
}

pub(super) fn delete(tx: &Tx, region: &str, name: &str) -> Result<(), AwsError> {
    purge(tx, region, name)?;
    QUEUES.delete(tx, region, name);
    Ok(())
}

pub(super) fn purge(tx: &Tx, region: &str, name: &str) -> Result<(), AwsError> {
    get(tx, region, name)?;
    let scope = scope(region, name);
    for (row, _) in MESSAGES.list(tx, &scope) {
        MESSAGES.delete(tx, &scope, &row);
    }
    Ok(())
}

pub(super) fn send(tx: &Tx, region: &str, name: &str, message: &Message) -> Result<(), AwsError> {
    get(tx, region, name)?;
    // Rows sort as their numbers do.
    let row = format!("{:020}", tx.count("sqs/message"));
    MESSAGES.put(tx, &scope(region, name), &row, message);
    Ok(())
}

/// Hides up to `limit` visible messages for a while and gives them, oldest first.
pub(super) fn receive(
    tx: &Tx,
    (region, name): (&str, &str),
    limit: usize,
    hidden: Duration,
    now: OffsetDateTime,
) -> Result<Vec<Message>, AwsError> {
    let queue = get(tx, region, name)?;
    let scope = scope(region, name);
    let mut received = Vec::new();
    for (row, mut message) in MESSAGES.list(tx, &scope) {
        if message.sent + Duration::seconds(queue.message_retention_seconds.into()) <= now {
            MESSAGES.delete(tx, &scope, &row);
            continue;
        }
        if message.visible_from > now {
            continue;
        }
        message.visible_from = now + hidden;
        message.receive_count += 1;
        message.first_received.get_or_insert(now);
        // A later receipt of the same message is another one.
        message.receipt = Some(format!("{row}.{}", message.receive_count));
        MESSAGES.put(tx, &scope, &row, &message);
        received.push(message);
        if received.len() == limit {
            break;
        }
    }
    Ok(received)
}

/// Deletes by the last receipt; an older one does nothing, as SQS may answer.
pub(super) fn delete_message(
    tx: &Tx,
    region: &str,
    name: &str,
    receipt: &str,
) -> Result<(), AwsError> {
    get(tx, region, name)?;
    let invalid = || {
        AwsError::new(
            400,
            "ReceiptHandleIsInvalid",
            "The input receipt handle is invalid.",
        )
        .with_query_code("ReceiptHandleIsInvalid")
    };
    let (row, _) = receipt.split_once('.').ok_or_else(invalid)?;
    let scope = scope(region, name);
    let message = MESSAGES.get(tx, &scope, row);
    if message.is_some_and(|message| message.receipt.as_deref() == Some(receipt)) {
        MESSAGES.delete(tx, &scope, row);
    }
    Ok(())
}

pub(super) fn counts(tx: &Tx, region: &str, name: &str, now: OffsetDateTime) -> Counts {
    let mut counts = Counts::default();
    for (_, message) in MESSAGES.list(tx, &scope(region, name)) {
        if message.visible_from <= now {
            counts.visible += 1;
        } else if message.receive_count > 0 {
            counts.in_flight += 1;
        } else {
            counts.delayed += 1;
        }
    }
    counts
}

fn scope(region: &str, name: &str) -> String {
    format!("{region}/{name}")
}

#[cfg(test)]
mod tests;
