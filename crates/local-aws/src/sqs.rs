//! SQS: standard queues, where dead letters wait for a person.
//!
//! Delivery is at least once: a received message is hidden for the visibility timeout and comes
//! back unless it was deleted.

mod api;
mod messages;
mod queue;

use std::collections::BTreeMap;

use crate::cloud::Cloud;
use crate::operation;
use crate::store::Tx;
use crate::wire::{AwsError, Operation};

pub use queue::{Queue, create as create_queue};

pub fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateQueue", "boto3", api::create_queue),
        operation!("DeleteQueue", "boto3", api::delete_queue),
        operation!("GetQueueUrl", "boto3", api::get_queue_url),
        operation!(
            "GetQueueAttributes",
            "reviewloop status, boto3",
            api::get_queue_attributes
        ),
        operation!("ListQueues", "boto3", api::list_queues),
        operation!("SendMessage", "boto3", messages::send_message),
        operation!(
            "ReceiveMessage",
            "reviewloop status, boto3",
            messages::receive_message
        ),
        operation!("DeleteMessage", "boto3", messages::delete_message),
        operation!("PurgeQueue", "boto3", api::purge_queue),
    ]
}

/// Sends to a queue by its ARN in a transaction of the caller's, with string attributes: how the
/// bus and Lambda leave what they gave up.
pub fn send(
    tx: &Tx,
    cloud: &Cloud,
    queue_arn: &str,
    body: &str,
    attributes: &BTreeMap<String, String>,
) -> Result<(), AwsError> {
    let mut fields = queue_arn.rsplitn(3, ':');
    let (name, _account) = (fields.next().unwrap_or_default(), fields.next());
    let region = fields
        .next()
        .and_then(|rest| rest.rsplit(':').next())
        .unwrap_or_default();
    let message = queue::Message {
        id: cloud.world.uuid(),
        body: body.to_owned(),
        attributes: attributes.clone(),
        sent: cloud.world.now(),
        visible_from: cloud.world.now(),
        first_received: None,
        receive_count: 0,
        receipt: None,
    };
    queue::send(tx, region, name, &message)
}
