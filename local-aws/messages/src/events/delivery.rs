//! One event on its way to one target: tried within a transaction, tried again, given up.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::disorder;
use super::rule::Target;
use local_core::journal;
use local_core::store::{Table, Tx};
use local_core::targets::{self, Message, Sender};
use local_core::wire::AwsError;
use local_core::{Cloud, Principal, due};

/// Deliveries that wait for their moment, named by it.
pub const WAITING: Table<Delivery> = Table::new("events/delivery");

/// EventBridge tries for a day and 185 times, unless the target's retry policy says less.
const MAXIMUM_AGE_SECONDS: u64 = 24 * 60 * 60;
const MAXIMUM_RETRIES: u64 = 185;

/// The pause before the first retry; each further one is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::SECOND;
const LONGEST_PAUSE: Duration = Duration::minutes(5);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// The rule's or the schedule's.
    pub rule_arn: String,
    pub target: Target,
    pub source: String,
    pub detail_type: String,
    /// What its age counts from: the event's own time is the sender's.
    #[serde(with = "time::serde::rfc3339", alias = "time")]
    pub accepted_at: OffsetDateTime,
    /// The event whole, as JSON.
    pub event: String,
    /// How often it has been tried again.
    pub retries: u64,
}

impl Delivery {
    /// Delivers, or keeps copies for later where the settings ask for disorder. `occasion` names
    /// this delivery among all others. Answers what was delivered at once.
    pub fn send(self, cloud: &Cloud, tx: &Tx, occasion: &str) -> Option<journal::Delivery> {
        let Some(seed) = cloud.settings.unordered_delivery else {
            return self.deliver(cloud, tx);
        };
        for delay in disorder::delays(seed, occasion) {
            self.postpone(cloud, tx, delay);
        }
        None
    }

    /// Tries to hand the event over. What fails is tried again later or ends in the dead-letter
    /// queue.
    pub fn deliver(mut self, cloud: &Cloud, tx: &Tx) -> Option<journal::Delivery> {
        let error = match self.attempt(cloud, tx) {
            Ok(function) => {
                return Some(journal::Delivery {
                    time: cloud.world.now(),
                    source: self.source,
                    detail_type: self.detail_type,
                    function,
                });
            }
            Err(error) => error,
        };
        let may_succeed_later = error.status >= 500 || error.status == 429;
        if may_succeed_later && self.retries < self.maximum_retries() {
            let doublings = u32::try_from(self.retries).unwrap_or(u32::MAX);
            let pause = FIRST_PAUSE.saturating_mul(2_i32.saturating_pow(doublings));
            self.retries += 1;
            self.postpone(cloud, tx, pause.min(LONGEST_PAUSE));
            return None;
        }
        let exhausted = may_succeed_later.then_some("MaximumRetryAttempts");
        self.give_up(cloud, tx, &error, exhausted);
        None
    }

    fn maximum_retries(&self) -> u64 {
        let policy = self.target.retry_policy.as_ref();
        policy
            .and_then(|policy| policy.maximum_retry_attempts)
            .unwrap_or(MAXIMUM_RETRIES)
    }

    fn postpone(&self, cloud: &Cloud, tx: &Tx, delay: Duration) {
        let id = cloud.world.dice("events/delivery").uuid();
        let name = due::name(cloud.world.now() + delay, &id);
        WAITING.put(tx, "", &name, self);
    }

    /// EventBridge itself, or EventBridge Scheduler in the target's role.
    fn sender(&self) -> Sender {
        let role = self.target.role_arn.as_ref();
        Sender {
            principal: role.map_or_else(
                || Principal::service("events.amazonaws.com"),
                |role| Principal::role(role, "scheduler"),
            ),
            source_arn: self.rule_arn.clone(),
        }
    }

    /// Refuses a role of the target that the sender may not assume.
    fn check_role(&self, cloud: &Cloud, tx: &Tx) -> Result<(), AwsError> {
        let Some(role) = &self.target.role_arn else {
            return Ok(());
        };
        let is_schedule = self.rule_arn.starts_with("arn:aws:scheduler:");
        let service = if is_schedule { "scheduler" } else { "events" };
        let service = format!("{service}.amazonaws.com");
        cloud.check_trust(tx, role, &service)
    }

    fn attempt(&self, cloud: &Cloud, tx: &Tx) -> Result<String, AwsError> {
        self.check_role(cloud, tx)?;
        let policy = self.target.retry_policy.as_ref();
        let maximum = policy
            .and_then(|policy| policy.maximum_event_age_in_seconds)
            .unwrap_or(MAXIMUM_AGE_SECONDS);
        let age = (cloud.world.now() - self.accepted_at).whole_seconds();
        if age > i64::try_from(maximum).unwrap_or(i64::MAX) {
            let message = format!("the event is {age} seconds old, the target takes {maximum}");
            return Err(AwsError::new(400, "MaximumEventAgeExceeded", message));
        }
        let input = self.input();
        let message = Message {
            target_arn: &self.target.arn,
            sender: &self.sender(),
            body: &input,
            attributes: BTreeMap::new(),
        };
        targets::send(cloud, tx, &message)
    }

    /// What the target gets.
    fn input(&self) -> Cow<'_, str> {
        let Some(transformer) = &self.target.input_transformer else {
            return Cow::Borrowed(self.target.input.as_deref().unwrap_or(&self.event));
        };
        let accepted_at = self.accepted_at.format(&Rfc3339).unwrap_or_default();
        Cow::Owned(transformer.transform(&self.event, &self.rule_arn, &accepted_at))
    }

    /// Sends the event to the dead-letter queue, if the target has one.
    fn give_up(&self, cloud: &Cloud, tx: &Tx, error: &AwsError, exhausted: Option<&str>) {
        tracing::warn!(
            rule.arn = self.rule_arn,
            target.arn = self.target.arn,
            error.code = error.code,
            error.message = error.message,
            "an event could not be delivered"
        );
        let Some(queue) = &self.target.dead_letter_config else {
            return;
        };
        let retries = self.retries.to_string();
        // The attributes are EventBridge's own.
        let attributes = [
            ("RULE_ARN", Some(self.rule_arn.as_str())),
            ("TARGET_ARN", Some(&self.target.arn)),
            ("ERROR_CODE", Some(&error.code)),
            ("ERROR_MESSAGE", Some(&error.message)),
            ("RETRY_ATTEMPTS", Some(&retries)),
            ("EXHAUSTED_RETRY_CONDITION", exhausted),
        ];
        let attributes = attributes
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        let letter = Message {
            target_arn: &queue.arn,
            sender: &self.sender(),
            body: &self.event,
            attributes: attributes.collect(),
        };
        if let Err(error) = targets::send(cloud, tx, &letter) {
            tracing::error!(
                queue.arn = queue.arn,
                error.message = error.message,
                "an event is lost: its dead-letter queue refused it"
            );
        }
    }
}

#[cfg(test)]
mod tests;
