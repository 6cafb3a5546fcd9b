//! GetRecord.

use serde::Deserialize;
use serde_json::json;

use super::error::Refusal;
use super::group::FeatureGroup;
use super::online;
use local_core::Call;
use local_core::wire::{Reply, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetRequest {
    feature_group_name: String,
    record_identifier_value_as_string: String,
    /// `FeatureNames`, one in each parameter.
    #[serde(default, deserialize_with = "json::in_query")]
    feature_name: Option<Vec<String>>,
}

/// Without a record the answer is empty.
pub async fn get(call: Call, request: GetRequest) -> Reply {
    let found = call.cloud.store.read(|tx| {
        let group = FeatureGroup::ready(tx, &call.region, &request.feature_group_name)?;
        let identifier = &request.record_identifier_value_as_string;
        let features = request.feature_name.as_deref();
        online::get(tx, &call.region, &group, identifier, features)
    });
    let record = found.map_err(Refusal::of_runtime)?;
    Ok(json!({ "Record": record }))
}
