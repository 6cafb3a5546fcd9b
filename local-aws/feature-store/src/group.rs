//! A feature group as it is kept and described.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::config::{OfflineStoreConfig, OnlineStoreConfig};
use super::error::Refusal;
use super::feature::Feature;
use super::status::Status;
use local_core::names;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;

/// By region and name.
pub const GROUPS: Table<FeatureGroup> = Table::new("feature-store/group");

pub const RESOURCE: &str = "feature-group";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureGroup {
    pub name: String,
    pub arn: String,
    pub status: Status,
    pub failure_reason: Option<String>,
    /// Why rows wait and are not written.
    pub blocked: Option<String>,
    /// The feature that names a record.
    pub identifier: String,
    /// The feature that says when it was so.
    pub event_time: String,
    pub features: Vec<Feature>,
    pub online: Option<OnlineStoreConfig>,
    pub offline: Option<OfflineStoreConfig>,
    pub role_arn: Option<String>,
    pub description: Option<String>,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// Features have been added since it was created.
    pub is_updated: bool,
}

impl FeatureGroup {
    /// The group of a name or an ARN, in whatever status.
    pub fn find(tx: &Tx, region: &str, name_or_arn: &str) -> Result<Self, Refusal> {
        let name = names::of(name_or_arn, RESOURCE);
        let found = GROUPS.get(tx, region, name);
        found.ok_or_else(|| Refusal::NoGroup(name.to_owned()))
    }

    /// The group, if it takes and answers records.
    pub fn ready(tx: &Tx, region: &str, name_or_arn: &str) -> Result<Self, Refusal> {
        let group = Self::find(tx, region, name_or_arn)?;
        match group.status {
            Status::Created => Ok(group),
            Status::Deleting => Err(Refusal::NoGroup(group.name)),
            Status::Creating | Status::CreateFailed => Err(Refusal::invalid(format!(
                "The feature group {} is {}",
                group.name,
                group.status.name()
            ))),
        }
    }

    /// Where what belongs to it is kept: a name has no line break.
    pub fn scope(&self, region: &str) -> String {
        format!("{region}\n{}", self.name)
    }

    pub fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.name == name)
    }

    pub fn is_online(&self) -> bool {
        self.online
            .as_ref()
            .is_some_and(OnlineStoreConfig::is_enabled)
    }

    /// `OfflineStoreStatus`, once there is a store.
    pub fn offline_status(&self) -> Option<&'static str> {
        let is_there = self.offline.is_some() && self.status == Status::Created;
        let status = match self.blocked {
            None => "Active",
            Some(_) => "Blocked",
        };
        is_there.then_some(status)
    }

    fn shown_offline_status(&self) -> Option<Value> {
        let status = self.offline_status()?;
        Some(json!({ "Status": status, "BlockedReason": self.blocked }))
    }

    pub fn summary(&self) -> Value {
        json!({
            "FeatureGroupName": self.name,
            "FeatureGroupArn": self.arn,
            "CreationTime": self.created.seconds(),
            "FeatureGroupStatus": self.status.name(),
            "OfflineStoreStatus": self.shown_offline_status(),
        })
    }

    /// What a description and an event share.
    pub fn described(&self) -> Value {
        json!({
            "FeatureGroupName": self.name,
            "FeatureGroupArn": self.arn,
            "RecordIdentifierFeatureName": self.identifier,
            "EventTimeFeatureName": self.event_time,
            "FeatureDefinitions": self.features,
            "OnlineStoreConfig": self.online,
            "OfflineStoreConfig": self.offline,
            "RoleArn": self.role_arn,
            "FeatureGroupStatus": self.status.name(),
            "OfflineStoreStatus": self.shown_offline_status(),
            "FailureReason": self.failure_reason,
            "Description": self.description,
        })
    }
}
