//! DeleteRecord.

use serde::Deserialize;

use super::error::Refusal;
use super::group::FeatureGroup;
use super::online::{self, DeletionMode};
use super::record::{Values, moment};
use super::waiting::{self, Row};
use super::write::{Stores, TargetStore};
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, json};
use local_core::{Call, Cloud};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteRequest {
    feature_group_name: String,
    record_identifier_value_as_string: String,
    event_time: String,
    #[serde(default, deserialize_with = "json::in_query")]
    target_stores: Option<Vec<TargetStore>>,
    deletion_mode: Option<DeletionMode>,
}

pub async fn delete(call: Call, request: DeleteRequest) -> Result<(), AwsError> {
    let (cloud, region) = (&call.cloud, &call.region);
    let deleted = cloud.store.write(|tx| request.apply((cloud, tx), region));
    deleted.map_err(Refusal::of_runtime)
}

impl DeleteRequest {
    fn apply(&self, (cloud, tx): (&Cloud, &Tx), region: &str) -> Result<(), Refusal> {
        let group = FeatureGroup::ready(tx, region, &self.feature_group_name)?;
        let stores = Stores::of(&group, self.target_stores.as_deref())?;
        let identifier = &self.record_identifier_value_as_string;
        let event_time = moment(&group, &self.event_time)?;
        let mode = self.deletion_mode.unwrap_or(DeletionMode::SoftDelete);
        let key = (identifier.as_str(), event_time);
        if stores.online {
            let is_newer = online::is_newer(tx, region, &group, key);
            if is_newer {
                online::delete(tx, region, &group, key, mode);
            } else if mode == DeletionMode::HardDelete {
                return Err(Refusal::invalid(
                    "EventTime must be later than the event time of the record that is there",
                ));
            }
        }
        if stores.offline {
            let row = Row {
                received: Timestamp::now(&cloud.world),
                event_time,
                values: Values::from([
                    (group.identifier.clone(), identifier.clone()),
                    (group.event_time.clone(), self.event_time.clone()),
                ]),
                is_deleted: true,
            };
            waiting::add((cloud, tx), region, &group, &row);
        }
        Ok(())
    }
}
