//! A workgroup, as stored.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::configuration::ResultConfiguration;
use super::error::invalid;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

/// By region and name.
pub const WORK_GROUPS: Table<WorkGroup> = Table::new("athena/workgroup");

/// Every account has it, and nobody deletes it.
pub const PRIMARY: &str = "primary";

/// What a query runs on. Source: the Athena user guide, "Engine versioning".
pub const ENGINE_VERSION: &str = "Athena engine version 3";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkGroup {
    pub description: Option<String>,
    pub state: State,
    pub configuration: Configuration,
    pub created: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum State {
    Enabled,
    Disabled,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Configuration {
    pub result_configuration: ResultConfiguration,
    /// Its result configuration wins over a request's.
    pub enforce_work_group_configuration: bool,
    pub publish_cloud_watch_metrics_enabled: bool,
    pub requester_pays_enabled: bool,
    pub bytes_scanned_cutoff_per_query: Option<u64>,
    pub selected_engine_version: String,
}

impl Default for Configuration {
    /// Of a new workgroup.
    fn default() -> Self {
        Self {
            result_configuration: ResultConfiguration::default(),
            enforce_work_group_configuration: true,
            publish_cloud_watch_metrics_enabled: true,
            requester_pays_enabled: false,
            bytes_scanned_cutoff_per_query: None,
            selected_engine_version: "AUTO".to_owned(),
        }
    }
}

impl WorkGroup {
    pub fn get(tx: &Tx, region: &str, name: &str) -> Result<Self, AwsError> {
        let found = WORK_GROUPS.get(tx, region, name);
        let found = found.or_else(|| (name == PRIMARY).then(Self::primary));
        found.ok_or_else(|| invalid(format!("WorkGroup {name} is not found.")))
    }

    /// By name.
    pub fn all(tx: &Tx, region: &str) -> Vec<(String, Self)> {
        let mut all = WORK_GROUPS.list(tx, region);
        if all.iter().all(|(name, _)| name != PRIMARY) {
            all.push((PRIMARY.to_owned(), Self::primary()));
        }
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        all
    }

    /// As it is until somebody changes it.
    fn primary() -> Self {
        Self {
            description: None,
            state: State::Enabled,
            configuration: Configuration {
                enforce_work_group_configuration: false,
                ..Configuration::default()
            },
            created: Timestamp::from(OffsetDateTime::UNIX_EPOCH),
        }
    }

    /// The members that GetWorkGroup and ListWorkGroups share.
    pub fn summary(&self, name: &str) -> Value {
        json!({
            "Name": name,
            "State": self.state,
            "Description": self.description,
            "CreationTime": self.created.seconds(),
            "EngineVersion": self.engine_version(),
        })
    }

    pub fn shown(&self, name: &str) -> Value {
        let configuration = &self.configuration;
        json!({
            "Name": name,
            "State": self.state,
            "Description": self.description,
            "CreationTime": self.created.seconds(),
            "Configuration": {
                "ResultConfiguration": configuration.result_configuration,
                "EnforceWorkGroupConfiguration": configuration.enforce_work_group_configuration,
                "PublishCloudWatchMetricsEnabled": configuration.publish_cloud_watch_metrics_enabled,
                "RequesterPaysEnabled": configuration.requester_pays_enabled,
                "BytesScannedCutoffPerQuery": configuration.bytes_scanned_cutoff_per_query,
                "EngineVersion": self.engine_version(),
            },
        })
    }

    pub fn engine_version(&self) -> Value {
        json!({
            "SelectedEngineVersion": self.configuration.selected_engine_version,
            "EffectiveEngineVersion": ENGINE_VERSION,
        })
    }
}
