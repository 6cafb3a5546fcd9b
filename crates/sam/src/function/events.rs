//! What wakes a function: its section `Events`.

use serde::Deserialize;
use serde_json::Value;

use crate::Error;
use crate::lenient::{lenient_bool, lenient_u64};

/// One named entry of `Events`.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSource {
    pub name: String,
    pub trigger: Trigger,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    EventBridgeRule(EventRule),
    /// An EventBridge rule with a schedule: the event's source is `aws.events`.
    Schedule(Schedule),
    /// EventBridge Scheduler: the event's source is `aws.scheduler`.
    ScheduleV2(Schedule),
}

/// `Type: EventBridgeRule`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EventRule {
    pub pattern: Value,
    pub rule_name: Option<String>,
    pub event_bus_name: Option<String>,
    pub input: Option<String>,
    pub input_path: Option<String>,
    /// `ENABLED` or `DISABLED`.
    pub state: Option<String>,
    pub target: Option<RuleTarget>,
    #[serde(default)]
    pub retry_policy: RetryPolicy,
    pub dead_letter_config: Option<DeadLetterConfig>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RuleTarget {
    pub id: String,
}

/// `Type: Schedule` or `ScheduleV2`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Schedule {
    /// `rate(5 minutes)` or `cron(...)`.
    #[serde(alias = "Schedule")]
    pub schedule_expression: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub input: Option<String>,
    pub state: Option<String>,
    #[serde(default, deserialize_with = "lenient_bool")]
    pub enabled: Option<bool>,
    #[serde(default)]
    pub retry_policy: RetryPolicy,
    pub dead_letter_config: Option<DeadLetterConfig>,
    #[serde(rename = "FlexibleTimeWindow")]
    _flexible_time_window: Option<Value>,
}

/// How long a delivery is tried. `None` is EventBridge's default: 185 times in 24 hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RetryPolicy {
    #[serde(default, deserialize_with = "lenient_u64")]
    pub maximum_retry_attempts: Option<u64>,
    #[serde(default, deserialize_with = "lenient_u64")]
    pub maximum_event_age_in_seconds: Option<u64>,
}

/// Where an event goes whose delivery failed: a queue of the template by its ARN.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeadLetterConfig {
    pub arn: String,
}

impl EventSource {
    pub(super) fn read(name: &str, event: &Value, at: &str) -> Result<Self, Error> {
        let kind = event["Type"]
            .as_str()
            .ok_or_else(|| Error::shape(at, "a Type", event))?;
        let properties = &event["Properties"];
        let shape = |error: serde_json::Error| Error::Shape {
            at: format!("{at}.Properties"),
            expected: format!("the properties of {kind}"),
            found: error.to_string(),
        };
        let trigger = match kind {
            "EventBridgeRule" => {
                Trigger::EventBridgeRule(EventRule::deserialize(properties).map_err(shape)?)
            }
            "Schedule" => Trigger::Schedule(Schedule::deserialize(properties).map_err(shape)?),
            "ScheduleV2" => Trigger::ScheduleV2(Schedule::deserialize(properties).map_err(shape)?),
            other => {
                return Err(Error::Refused {
                    at: at.to_owned(),
                    name: format!("the event source {other}"),
                    reason: "known are EventBridgeRule, Schedule and ScheduleV2".to_owned(),
                });
            }
        };
        Ok(EventSource {
            name: name.to_owned(),
            trigger,
        })
    }
}

impl Schedule {
    pub fn is_enabled(&self) -> bool {
        self.enabled.unwrap_or(true) && self.state.as_deref() != Some("DISABLED")
    }
}

impl EventRule {
    pub fn is_enabled(&self) -> bool {
        self.state.as_deref() != Some("DISABLED")
    }
}
