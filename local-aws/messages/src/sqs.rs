//! SQS: standard queues, where dead letters wait for a person.
//!
//! Delivery is at least once: a received message is hidden for the visibility timeout and comes
//! back unless it was deleted.

mod api;
mod constraints;
mod messages;
mod permissions;
mod queue;

use local_core::metrics::{self, Series, Unit};
use local_core::operation;
use local_core::part::Part;
use local_core::store::Tx;
use local_core::targets::{self, Message, Target};
use local_core::wire::{AwsError, Operation, apis};
use local_core::{Arn, Cloud};

pub use queue::{Queue, create as create_queue};

/// A message of 1 MiB, escaped as a text in JSON.
const MOST_BYTES: usize = 4 * 1024 * 1024;

pub fn part() -> Part {
    Part {
        operations: vec![(apis::SQS, operations())],
        permissions: permissions::ALL,
        constraints: constraints::ALL.to_vec(),
        targets: vec![Target {
            service: "sqs",
            action: "sqs:SendMessage",
            check: |arn| region_and_name(arn).map(|_| ()),
            accept,
        }],
        measure: Some(measure),
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateQueue", api::create_queue),
        operation!("DeleteQueue", api::delete_queue),
        operation!("GetQueueUrl", api::get_queue_url),
        operation!("GetQueueAttributes", api::get_queue_attributes),
        operation!("SetQueueAttributes", api::set_queue_attributes),
        operation!("ListQueues", api::list_queues),
        operation!("SendMessage", messages::send_message).takes(MOST_BYTES),
        operation!("ReceiveMessage", messages::receive_message),
        operation!("DeleteMessage", messages::delete_message),
        operation!(
            "ChangeMessageVisibility",
            messages::change_message_visibility
        ),
        operation!("PurgeQueue", api::purge_queue),
    ]
}

/// The metric that alarms on dead letters watch.
fn measure(cloud: &Cloud) {
    let now = cloud.world.now();
    let counted = cloud.store.read(|tx| queue::visible_everywhere(tx, now));
    for (region, name, visible) in counted {
        let metric = "ApproximateNumberOfMessagesVisible";
        let series = Series::new(&region, "AWS/SQS", metric, &[("QueueName", &name)]);
        metrics::record_in(cloud, series, Unit::Count, visible as f64);
    }
}

/// Accepts what a rule, a schedule or a function's destination sends to a queue.
fn accept(cloud: &Cloud, tx: &Tx, message: &Message) -> Result<String, AwsError> {
    let (region, name) = region_and_name(message.target_arn)?;
    let stored = queue::Message {
        id: cloud.world.dice("sqs/delivered-id").uuid(),
        body: message.body.to_owned(),
        attributes: message.attributes.clone(),
        sent: cloud.world.now(),
        visible_from: cloud.world.now(),
        first_received: None,
        receive_count: 0,
        received: None,
        receipt: None,
    };
    queue::send(tx, region, name, &stored)?;
    Ok(message.target_arn.to_owned())
}

fn region_and_name(text: &str) -> Result<(&str, &str), AwsError> {
    Arn::parse(text)
        .filter(|arn| !arn.resource.contains(':'))
        .map(|arn| (arn.region, arn.resource))
        .ok_or_else(|| targets::unsupported(text))
}
