//! The state of a queue and its messages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use local_core::due;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

const QUEUES: Table<Queue> = Table::new("sqs/queue");

/// By queue and number.
const MESSAGES: Table<Message> = Table::new("sqs/message");

/// The numbers of a queue's messages, named by the moment from which each is visible.
pub(super) const VISIBLE: Table<Visible> = Table::new("sqs/visible");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Queue {
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
    /// When its attributes were set last; `None` since its creation.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub modified: Option<OffsetDateTime>,
    pub visibility_timeout_seconds: u32,
    pub message_retention_seconds: u32,
    pub receive_wait_seconds: u32,
}

impl Queue {
    /// SQS's own defaults.
    pub fn new(created: OffsetDateTime) -> Self {
        Self {
            created,
            modified: None,
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
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub received: Option<OffsetDateTime>,
    /// Names the last receipt, which alone may delete it.
    pub receipt: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Visible {
    pub received_before: bool,
}

/// How many messages wait, are received and not deleted, or are not yet due.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub visible: usize,
    pub in_flight: usize,
    pub delayed: usize,
}

/// Creating a queue again with the same attributes finds the first.
pub fn create(tx: &Tx, region: &str, name: &str, queue: &Queue) -> Result<bool, AwsError> {
    let Some(found) = QUEUES.get(tx, region, name) else {
        QUEUES.put(tx, region, name, queue);
        return Ok(true);
    };
    let same = found.visibility_timeout_seconds == queue.visibility_timeout_seconds
        && found.message_retention_seconds == queue.message_retention_seconds
        && found.receive_wait_seconds == queue.receive_wait_seconds;
    if same { Ok(false) } else { Err(exists(name)) }
}

/// The refusal of a queue that is there with other attributes.
pub(super) fn exists(name: &str) -> AwsError {
    let message = format!(
        "A queue already exists with the same name and a different value for an attribute: {name}"
    );
    AwsError::new(400, "QueueNameExists", message).with_query_code("QueueAlreadyExists")
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

pub(super) fn put(tx: &Tx, region: &str, name: &str, queue: &Queue) {
    QUEUES.put(tx, region, name, queue);
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
    MESSAGES.delete_all(tx, &scope);
    VISIBLE.delete_all(tx, &scope);
    Ok(())
}

pub(super) fn send(tx: &Tx, region: &str, name: &str, message: &Message) -> Result<(), AwsError> {
    get(tx, region, name)?;
    let number = format!("{:020}", tx.count("sqs/message"));
    message.put(tx, &scope(region, name), &number);
    Ok(())
}

/// When the first message is visible, hidden and delayed ones included.
pub(super) fn first_visible(tx: &Tx, region: &str, name: &str) -> Option<OffsetDateTime> {
    let first = VISIBLE.first_names(tx, &scope(region, name), 1);
    let (visible_from, _) = due::read(first.first()?)?;
    Some(visible_from)
}

/// Hides up to `limit` visible messages for a while and gives them, those that are visible longest
/// first.
pub(super) fn receive(
    tx: &Tx,
    (region, name): (&str, &str),
    limit: usize,
    hidden: Duration,
    now: OffsetDateTime,
) -> Result<Vec<Message>, AwsError> {
    let queue = get(tx, region, name)?;
    let scope = scope(region, name);
    let retention = Duration::seconds(queue.message_retention_seconds.into());
    let mut received = Vec::new();
    while received.len() < limit {
        let first = VISIBLE.first_names(tx, &scope, 1);
        let Some((visible_from, number)) = first.first().and_then(|name| due::read(name)) else {
            break;
        };
        if visible_from > now {
            break;
        }
        VISIBLE.delete(tx, &scope, &first[0]);
        let number = [number.to_owned()];
        // Taken out whole, and put back unless it is too old or cannot be read.
        let Some(mut message) = MESSAGES.take(tx, &scope, &number).pop() else {
            continue;
        };
        if message.sent + retention <= now {
            continue;
        }
        message.visible_from = now + hidden;
        message.receive_count += 1;
        message.first_received.get_or_insert(now);
        message.received = Some(now);
        // A later receipt of the same message is another one.
        message.receipt = Some(format!("{}.{}", number[0], message.receive_count));
        received.push((number, message));
    }
    // Only now, or a message that is hidden for no time would be received twice at once.
    for ([number], message) in &received {
        message.put(tx, &scope, number);
    }
    Ok(received.into_iter().map(|(_, message)| message).collect())
}

impl Message {
    fn put(&self, tx: &Tx, scope: &str, number: &str) {
        let visible = Visible {
            received_before: self.receive_count > 0,
        };
        MESSAGES.put(tx, scope, number, self);
        VISIBLE.put(tx, scope, &due::name(self.visible_from, number), &visible);
    }

    fn delete(&self, tx: &Tx, scope: &str, number: &str) {
        MESSAGES.delete(tx, scope, number);
        VISIBLE.delete(tx, scope, &due::name(self.visible_from, number));
    }
}

/// Deletes by the last receipt; an older one does nothing, as SQS may answer.
pub(super) fn delete_message(
    tx: &Tx,
    region: &str,
    name: &str,
    receipt: &str,
) -> Result<(), AwsError> {
    get(tx, region, name)?;
    let scope = scope(region, name);
    if let Some((number, message)) = received_as(tx, &scope, receipt)? {
        message.delete(tx, &scope, number);
    }
    Ok(())
}

/// The longest time that a message is hidden after it was received, however often that is changed.
///
/// Source: the SQS API reference, `ChangeMessageVisibility`.
const LONGEST_HIDDEN: Duration = Duration::hours(12);

/// Hides a received message from now on for another time than it was received with.
pub(super) fn hide(
    tx: &Tx,
    (region, name): (&str, &str),
    receipt: &str,
    hidden: Duration,
    now: OffsetDateTime,
) -> Result<(), AwsError> {
    get(tx, region, name)?;
    let scope = scope(region, name);
    let received = received_as(tx, &scope, receipt)?;
    let in_flight = received.filter(|(_, message)| message.visible_from > now);
    let Some((number, mut message)) = in_flight else {
        let text = "The specified message isn't in flight.";
        return Err(AwsError::new(400, "MessageNotInflight", text)
            .with_query_code("AWS.SimpleQueueService.MessageNotInflight"));
    };
    let received = message.received.unwrap_or(now);
    if now + hidden - received > LONGEST_HIDDEN {
        let text = format!(
            "Value {} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is \
             beyond the limit [{} seconds].",
            hidden.whole_seconds(),
            LONGEST_HIDDEN.whole_seconds()
        );
        return Err(AwsError::new(400, "InvalidParameterValue", text));
    }
    message.delete(tx, &scope, number);
    message.visible_from = now + hidden;
    message.put(tx, &scope, number);
    Ok(())
}

/// The number of the message and the message whose last receipt this is.
fn received_as<'a>(
    tx: &Tx,
    scope: &str,
    receipt: &'a str,
) -> Result<Option<(&'a str, Message)>, AwsError> {
    let invalid = || {
        AwsError::new(
            400,
            "ReceiptHandleIsInvalid",
            "The input receipt handle is invalid.",
        )
        .with_query_code("ReceiptHandleIsInvalid")
    };
    let (number, _) = receipt.split_once('.').ok_or_else(invalid)?;
    let message = MESSAGES.get(tx, scope, number);
    let is_last = |message: &Message| message.receipt.as_deref() == Some(receipt);
    Ok(message.filter(is_last).map(|message| (number, message)))
}

pub(super) fn counts(tx: &Tx, region: &str, name: &str, now: OffsetDateTime) -> Counts {
    let mut counts = Counts::default();
    for (name, message) in VISIBLE.list(tx, &scope(region, name)) {
        if due::read(&name).is_none_or(|(visible_from, _)| visible_from <= now) {
            counts.visible += 1;
        } else if message.received_before {
            counts.in_flight += 1;
        } else {
            counts.delayed += 1;
        }
    }
    counts
}

/// Region, name and visible messages of each queue.
pub(super) fn visible_everywhere(tx: &Tx, now: OffsetDateTime) -> Vec<(String, String, usize)> {
    let queues = QUEUES.keys(tx).into_iter();
    queues
        .map(|(region, name)| {
            let visible = counts(tx, &region, &name, now).visible;
            (region, name, visible)
        })
        .collect()
}

fn scope(region: &str, name: &str) -> String {
    format!("{region}/{name}")
}

#[cfg(test)]
mod tests;
