//! BatchWriteRecord and BatchGetRecord: each entry succeeds or fails by itself.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Refusal;
use super::group::FeatureGroup;
use super::online;
use super::write::PutRequest;
use local_core::Call;
use local_core::store::Tx;
use local_core::wire::Reply;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct WriteRequest {
    entries: Vec<PutRequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetRequest {
    identifiers: Vec<Identifiers>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Identifiers {
    feature_group_name: String,
    record_identifiers_value_as_string: Vec<String>,
    feature_names: Option<Vec<String>>,
}

/// Every entry is processed, so none is left for the caller to send again.
pub async fn write(call: Call, request: WriteRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    let errors = cloud.store.update(|tx| {
        let refused = request.entries.iter().filter_map(|entry| {
            let error = entry.apply((cloud, tx), region).err()?.of_runtime();
            Some(json!({
                "Entry": entry,
                "ErrorCode": error.code,
                "ErrorMessage": error.message,
            }))
        });
        refused.collect::<Vec<_>>()
    });
    Ok(json!({ "Errors": errors, "UnprocessedEntries": [] }))
}

pub async fn get(call: Call, request: GetRequest) -> Reply {
    let (mut records, mut errors) = (Vec::new(), Vec::new());
    call.cloud.store.read(|tx| {
        for asked in &request.identifiers {
            for identifier in &asked.record_identifiers_value_as_string {
                let mut told = json!({
                    "FeatureGroupName": asked.feature_group_name,
                    "RecordIdentifierValueAsString": identifier,
                });
                match asked.record(tx, &call.region, identifier) {
                    Ok(None) => {}
                    Ok(Some(record)) => {
                        told["Record"] = record;
                        records.push(told);
                    }
                    Err(refusal) => {
                        let error = refusal.of_runtime();
                        told["ErrorCode"] = json!(error.code);
                        told["ErrorMessage"] = json!(error.message);
                        errors.push(told);
                    }
                }
            }
        }
    });
    Ok(json!({ "Records": records, "Errors": errors, "UnprocessedIdentifiers": [] }))
}

impl Identifiers {
    fn record(&self, tx: &Tx, region: &str, identifier: &str) -> Result<Option<Value>, Refusal> {
        let group = FeatureGroup::ready(tx, region, &self.feature_group_name)?;
        let features = self.feature_names.as_deref();
        let record = online::get(tx, region, &group, identifier, features)?;
        Ok(record.map(|record| json!(record)))
    }
}
