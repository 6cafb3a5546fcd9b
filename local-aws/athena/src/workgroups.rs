//! The operations on workgroups.

use serde::Deserialize;
use serde_json::{Value, json};

use super::configuration::ResultConfiguration;
use super::error::{invalid, page};
use super::execution::{EXECUTIONS, Execution, UNFINISHED};
use super::workgroup::{Configuration, ENGINE_VERSION, PRIMARY, State, WORK_GROUPS, WorkGroup};
use local_core::Call;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};

/// Athena's most in one page.
const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    name: String,
    description: Option<String>,
    #[serde(default)]
    configuration: Wanted,
    #[serde(rename = "Tags")]
    _tags: Option<Vec<Value>>,
}

/// A workgroup's configuration as a request gives it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Wanted {
    result_configuration: Option<ResultConfiguration>,
    enforce_work_group_configuration: Option<bool>,
    publish_cloud_watch_metrics_enabled: Option<bool>,
    requester_pays_enabled: Option<bool>,
    bytes_scanned_cutoff_per_query: Option<u64>,
    engine_version: Option<EngineVersion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct EngineVersion {
    selected_engine_version: Option<String>,
    #[serde(rename = "EffectiveEngineVersion")]
    _effective_engine_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRequest {
    work_group: String,
    description: Option<String>,
    state: Option<State>,
    configuration_updates: Option<Updates>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Updates {
    result_configuration_updates: Option<ResultUpdates>,
    enforce_work_group_configuration: Option<bool>,
    publish_cloud_watch_metrics_enabled: Option<bool>,
    requester_pays_enabled: Option<bool>,
    bytes_scanned_cutoff_per_query: Option<u64>,
    remove_bytes_scanned_cutoff_per_query: Option<bool>,
    engine_version: Option<EngineVersion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ResultUpdates {
    output_location: Option<String>,
    remove_output_location: Option<bool>,
    encryption_configuration: Option<super::configuration::EncryptionConfiguration>,
    remove_encryption_configuration: Option<bool>,
    expected_bucket_owner: Option<String>,
    remove_expected_bucket_owner: Option<bool>,
    acl_configuration: Option<super::configuration::AclConfiguration>,
    remove_acl_configuration: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetRequest {
    work_group: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteRequest {
    work_group: String,
    recursive_delete_option: Option<bool>,
}

impl EngineVersion {
    fn check(self) -> Result<Option<String>, AwsError> {
        match self.selected_engine_version.as_deref() {
            None | Some("AUTO" | ENGINE_VERSION) => Ok(self.selected_engine_version),
            Some(other) => Err(AwsError::unsupported(format!(
                "local-aws has {ENGINE_VERSION} alone, not {other}"
            ))),
        }
    }
}

pub async fn create(call: Call, request: CreateRequest) -> Result<(), AwsError> {
    let (wanted, default) = (request.configuration, Configuration::default());
    let selected = wanted
        .engine_version
        .map(EngineVersion::check)
        .transpose()?;
    let configuration = Configuration {
        result_configuration: wanted.result_configuration.unwrap_or_default(),
        enforce_work_group_configuration: wanted
            .enforce_work_group_configuration
            .unwrap_or(default.enforce_work_group_configuration),
        publish_cloud_watch_metrics_enabled: wanted
            .publish_cloud_watch_metrics_enabled
            .unwrap_or(default.publish_cloud_watch_metrics_enabled),
        requester_pays_enabled: wanted.requester_pays_enabled.unwrap_or_default(),
        bytes_scanned_cutoff_per_query: wanted.bytes_scanned_cutoff_per_query,
        selected_engine_version: selected
            .flatten()
            .unwrap_or(default.selected_engine_version),
    };
    configuration.result_configuration.check()?;
    let group = WorkGroup {
        description: request.description,
        state: State::Enabled,
        configuration,
        created: Timestamp::now(&call.cloud.world),
    };
    call.cloud.store.write(|tx| {
        if WorkGroup::get(tx, &call.region, &request.name).is_ok() {
            return Err(invalid("WorkGroup is already created"));
        }
        WORK_GROUPS.put(tx, &call.region, &request.name, &group);
        Ok(())
    })
}

pub async fn get(call: Call, request: GetRequest) -> Reply {
    let name = &request.work_group;
    let store = &call.cloud.store;
    let group = store.read(|tx| WorkGroup::get(tx, &call.region, name))?;
    Ok(json!({ "WorkGroup": group.shown(name) }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let all = call.cloud.store.read(|tx| WorkGroup::all(tx, &call.region));
    let size = request.max_results.unwrap_or(PAGE);
    let page = page(all, |(name, _)| name, request.next_token.as_deref(), size)?;
    let shown = page.items.iter().map(|(name, group)| group.summary(name));
    let shown: Vec<Value> = shown.collect();
    Ok(json!({ "WorkGroups": shown, "NextToken": page.next_token }))
}

pub async fn update(call: Call, request: UpdateRequest) -> Result<(), AwsError> {
    let name = &request.work_group;
    call.cloud.store.write(|tx| {
        let mut group = WorkGroup::get(tx, &call.region, name)?;
        if let Some(updates) = request.configuration_updates {
            updates.make(&mut group.configuration)?;
        }
        group.state = request.state.unwrap_or(group.state);
        group.description = request.description.or(group.description);
        WORK_GROUPS.put(tx, &call.region, name, &group);
        Ok(())
    })
}

impl Updates {
    fn make(self, configuration: &mut Configuration) -> Result<(), AwsError> {
        let before = configuration.clone();
        if let Some(updates) = self.result_configuration_updates {
            updates.make(&mut configuration.result_configuration)?;
        }
        configuration.enforce_work_group_configuration = self
            .enforce_work_group_configuration
            .unwrap_or(before.enforce_work_group_configuration);
        configuration.publish_cloud_watch_metrics_enabled = self
            .publish_cloud_watch_metrics_enabled
            .unwrap_or(before.publish_cloud_watch_metrics_enabled);
        configuration.requester_pays_enabled = self
            .requester_pays_enabled
            .unwrap_or(before.requester_pays_enabled);
        change(
            &mut configuration.bytes_scanned_cutoff_per_query,
            self.bytes_scanned_cutoff_per_query,
            self.remove_bytes_scanned_cutoff_per_query,
        );
        if let Some(selected) = self
            .engine_version
            .map(EngineVersion::check)
            .transpose()?
            .flatten()
        {
            configuration.selected_engine_version = selected;
        }
        Ok(())
    }
}

impl ResultUpdates {
    fn make(self, results: &mut ResultConfiguration) -> Result<(), AwsError> {
        change(
            &mut results.output_location,
            self.output_location,
            self.remove_output_location,
        );
        change(
            &mut results.encryption_configuration,
            self.encryption_configuration,
            self.remove_encryption_configuration,
        );
        change(
            &mut results.expected_bucket_owner,
            self.expected_bucket_owner,
            self.remove_expected_bucket_owner,
        );
        change(
            &mut results.acl_configuration,
            self.acl_configuration,
            self.remove_acl_configuration,
        );
        results.check()
    }
}

/// A new value, or none; the one that was there where neither is said.
fn change<T>(value: &mut Option<T>, new: Option<T>, is_removed: Option<bool>) {
    if new.is_some() || is_removed == Some(true) {
        *value = new;
    }
}

pub async fn delete(call: Call, request: DeleteRequest) -> Result<(), AwsError> {
    let name = &request.work_group;
    if name == PRIMARY {
        return Err(invalid("Primary WorkGroup can not be deleted"));
    }
    call.cloud.store.write(|tx| {
        WorkGroup::get(tx, &call.region, name)?;
        let executions = Execution::of_work_group(tx, &call.region, name);
        if !executions.is_empty() && request.recursive_delete_option != Some(true) {
            return Err(invalid(format!("WorkGroup {name} is not empty")));
        }
        for (id, _) in executions {
            UNFINISHED.delete(tx, &call.region, &id);
            EXECUTIONS.delete(tx, &call.region, &id);
        }
        WORK_GROUPS.delete(tx, &call.region, name);
        Ok(())
    })
}
