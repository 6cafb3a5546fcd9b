//! The operations on a group that is there, but for its change.

use serde::Deserialize;
use serde_json::json;

use super::error::Refusal;
use super::group::FeatureGroup;
use super::status::Status;
use super::turn::turn;
use local_core::Call;
use local_core::wire::{AwsError, Reply, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeRequest {
    feature_group_name: String,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    feature_group_name: String,
}

/// All features are in the one page.
pub async fn describe(call: Call, request: DescribeRequest) -> Reply {
    if request.next_token.is_some_and(|token| !token.is_empty()) {
        return Err(AwsError::validation("NextToken is invalid or has expired"));
    }
    let name = request.feature_group_name;
    let store = &call.cloud.store;
    let group = store.read(|tx| FeatureGroup::find(tx, &call.region, &name));
    let group = group.map_err(Refusal::of_control)?;
    let mut members = group.described();
    let updated = group.is_updated.then(|| json!({ "Status": "Successful" }));
    let more = json!({
        "CreationTime": group.created.seconds(),
        "LastModifiedTime": group.modified.seconds(),
        "LastUpdateStatus": updated,
        "NextToken": "",
    });
    json::extend(&mut members, more);
    Ok(members)
}

/// The rows that wait are written first; S3's objects and Glue's table stay, as on AWS.
pub async fn delete(call: Call, request: NameRequest) -> Reply {
    let name = request.feature_group_name;
    call.cloud.store.write(|tx| {
        let found = FeatureGroup::find(tx, &call.region, &name);
        let mut group = found.map_err(Refusal::of_control)?;
        if group.status != Status::Deleting {
            group.status = Status::Deleting;
            turn((&call.cloud, tx), &call.region, &mut group);
        }
        Ok(json!({}))
    })
}
