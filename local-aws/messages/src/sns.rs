//! SNS: topics and what was published to them. A message is kept to be shown where AWS would mail it.
//!
//! No operations: the template makes the topics, and rules and alarms publish.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use local_core::part::Part;
use local_core::store::{Table, Tx};
use local_core::targets::{self, Message, Target};
use local_core::wire::{AwsError, apis};
use local_core::{Arn, Cloud};

const TOPICS: Table<Topic> = Table::new("sns/topic");

/// The messages of all topics, numbered in the order of their commits.
const PUBLISHED: Table<Published> = Table::new("sns/published");

/// What changes when a message is published.
pub const PUBLISHED_KIND: &str = PUBLISHED.kind();

/// Messages that are kept: what is older was shown, or nobody looked.
const KEPT: u64 = 200;

/// SNS's bound on a message.
const MOST_BYTES: usize = 256 * 1024;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    pub display_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub topic: String,
    pub message: String,
}

pub fn part() -> Part {
    Part {
        operations: vec![(apis::SNS, Vec::new())],
        targets: vec![Target {
            service: "sns",
            action: "sns:Publish",
            check: |arn| region_and_name(arn).map(|_| ()),
            accept,
        }],
        ..Part::default()
    }
}

pub fn put_topic(tx: &Tx, region: &str, name: &str, topic: &Topic) {
    TOPICS.put(tx, region, name, topic);
}

pub fn has_topic(tx: &Tx, region: &str, name: &str) -> bool {
    TOPICS.get(tx, region, name).is_some()
}

pub fn remove_topic(tx: &Tx, region: &str, name: &str) {
    TOPICS.delete(tx, region, name);
}

/// The messages after this number, each with its own, oldest first; 0 gives all that are kept.
pub fn published_after(cloud: &Cloud, number: u64) -> Vec<(u64, Published)> {
    let all = cloud.store.read(|tx| PUBLISHED.list(tx, ""));
    let numbered = all
        .into_iter()
        .filter_map(|(name, message)| Some((name.parse().ok()?, message)));
    numbered.filter(|(each, _)| *each > number).collect()
}

/// Accepts what a rule or an alarm publishes.
fn accept(cloud: &Cloud, tx: &Tx, message: &Message) -> Result<String, AwsError> {
    let (region, name) = region_and_name(message.target_arn)?;
    if !TOPICS.contains(tx, region, name) {
        return Err(AwsError::new(404, "NotFound", "Topic does not exist"));
    }
    if message.body.is_empty() || message.body.len() > MOST_BYTES {
        let reason = "Invalid parameter: Message too long";
        return Err(AwsError::new(400, "InvalidParameter", reason));
    }
    let number = tx.count(PUBLISHED.kind());
    let published = Published {
        at: cloud.world.now(),
        topic: name.to_owned(),
        message: message.body.to_owned(),
    };
    PUBLISHED.put(tx, "", &row(number), &published);
    PUBLISHED.delete(tx, "", &row(number.saturating_sub(KEPT)));
    Ok(message.target_arn.to_owned())
}

fn row(number: u64) -> String {
    format!("{number:020}")
}

fn region_and_name(text: &str) -> Result<(&str, &str), AwsError> {
    Arn::parse(text)
        // A subscription's ARN has one part more.
        .filter(|arn| !arn.resource.contains(':'))
        .map(|arn| (arn.region, arn.resource))
        .ok_or_else(|| targets::unsupported(text))
}
