//! A rule and its targets, as stored.

use serde::{Deserialize, Serialize};

use super::bus_name::BUS;
use super::transformer::InputTransformer;
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

const RULES: Table<Rule> = Table::new("events/rule");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub arn: String,
    pub state: RuleState,
    /// JSON, as it was given.
    pub event_pattern: String,
    pub description: Option<String>,
    pub targets: Vec<Target>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleState {
    Enabled,
    Disabled,
}

/// A target in the words of `PutTargets`. Members not listed are refused there, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Target {
    pub id: String,
    pub arn: String,
    /// A constant in place of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Parts of the event in place of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_transformer: Option<InputTransformer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<DeadLetterConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_policy: Option<RetryPolicy>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeadLetterConfig {
    pub arn: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RetryPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_retry_attempts: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_event_age_in_seconds: Option<u64>,
}

impl Rule {
    pub fn find(tx: &Tx, region: &str, name: &str) -> Result<Self, AwsError> {
        RULES.get(tx, region, name).ok_or_else(|| {
            let message = format!("Rule {name} does not exist on EventBus {}.", BUS);
            AwsError::new(400, "ResourceNotFoundException", message)
        })
    }

    pub fn list(tx: &Tx, region: &str) -> Vec<(String, Self)> {
        RULES.list(tx, region)
    }

    pub fn list_everywhere(tx: &Tx) -> Vec<(String, String, Self)> {
        RULES.list_everywhere(tx)
    }

    pub fn store(&self, tx: &Tx, region: &str, name: &str) {
        RULES.put(tx, region, name, self);
    }

    pub fn delete(tx: &Tx, region: &str, name: &str) {
        RULES.delete(tx, region, name);
    }
}
