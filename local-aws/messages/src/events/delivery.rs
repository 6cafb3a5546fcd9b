//! One event to one target, within the transaction that takes it out of the outbox.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::rule::Target;
use local_core::Cloud;
use local_core::store::Tx;
use local_core::targets::{self, Message};
use local_core::wire::AwsError;

/// EventBridge keeps trying for a day.
const DEFAULT_MAXIMUM_AGE_SECONDS: u64 = 24 * 60 * 60;

/// What a rule says about its events.
pub struct Parcel<'a> {
    pub rule_arn: &'a str,
    pub time: OffsetDateTime,
    /// The envelope.
    pub event: &'a str,
}

/// Hands the event over, or what became of it to the dead-letter queue. Answers the function's
/// name, or the ARN of another target; `None` if the event reached nobody.
pub fn deliver(cloud: &Cloud, tx: &Tx, target: &Target, parcel: &Parcel) -> Option<String> {
    let failure = match attempt(cloud, tx, target, parcel) {
        Ok(receiver) => return Some(receiver),
        Err(error) => error,
    };
    tracing::warn!(
        rule.arn = parcel.rule_arn,
        target.arn = target.arn,
        error.code = failure.code,
        error.message = failure.message,
        "an event could not be delivered"
    );
    if let Some(queue) = &target.dead_letter_config {
        // The attributes are EventBridge's own.
        let attributes = [
            ("RULE_ARN", parcel.rule_arn),
            ("TARGET_ARN", &target.arn),
            ("ERROR_CODE", &failure.code),
            ("ERROR_MESSAGE", &failure.message),
        ];
        let attributes = attributes
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let letter = Message {
            target_arn: &queue.arn,
            body: parcel.event,
            attributes,
        };
        if let Err(error) = targets::send(cloud, tx, &letter) {
            tracing::error!(
                queue.arn = queue.arn,
                error.message = error.message,
                "an event is lost: its dead-letter queue refused it"
            );
        }
    }
    None
}

fn attempt(cloud: &Cloud, tx: &Tx, target: &Target, parcel: &Parcel) -> Result<String, AwsError> {
    let policy = target.retry_policy.as_ref();
    let maximum = policy
        .and_then(|policy| policy.maximum_event_age_in_seconds)
        .unwrap_or(DEFAULT_MAXIMUM_AGE_SECONDS);
    let age = (cloud.world.now() - parcel.time).whole_seconds();
    if age > i64::try_from(maximum).unwrap_or(i64::MAX) {
        let message = format!("the event is {age} seconds old, the target takes {maximum}");
        return Err(AwsError::new(400, "MaximumEventAgeExceeded", message));
    }
    let payload = target.input.as_deref().unwrap_or(parcel.event);
    let message = Message {
        target_arn: &target.arn,
        body: payload,
        attributes: BTreeMap::new(),
    };
    targets::send(cloud, tx, &message)
}
