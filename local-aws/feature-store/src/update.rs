//! UpdateFeatureGroup: features are added, and nothing else of a group changes.

use serde::Deserialize;
use serde_json::json;

use super::catalogue;
use super::error::Refusal;
use super::feature::{Feature, check_names};
use super::group::{FeatureGroup, GROUPS};
use local_core::Call;
use local_core::timestamp::Timestamp;
use local_core::wire::Reply;
use local_core::wire::permission::Caller;

/// AWS's limit for one group.
const MOST: usize = 2500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRequest {
    feature_group_name: String,
    feature_additions: Vec<Feature>,
}

pub async fn update(call: Call, request: UpdateRequest) -> Reply {
    let name = request.feature_group_name;
    call.cloud.store.write(|tx| {
        let group = FeatureGroup::ready(tx, &call.region, &name);
        let mut group = group.map_err(Refusal::of_control)?;
        group.features.extend(request.feature_additions);
        check(&group).map_err(Refusal::of_control)?;
        group.is_updated = true;
        group.modified = Timestamp::now(&call.cloud.world);
        catalogue::update(Caller::of(&call), tx, &group)?;
        GROUPS.put(tx, &call.region, &group.name, &group);
        Ok(json!({ "FeatureGroupArn": group.arn }))
    })
}

fn check(group: &FeatureGroup) -> Result<(), Refusal> {
    check_names(&group.features)?;
    if group.features.len() > MOST {
        return Err(Refusal::invalid(format!(
            "A feature group has at most {MOST} features"
        )));
    }
    Ok(())
}
