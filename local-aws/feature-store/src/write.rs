//! A record into its group's stores: PutRecord, and what BatchWriteRecord does for each entry.

use serde::{Deserialize, Serialize};

use super::error::Refusal;
use super::group::FeatureGroup;
use super::online;
use super::record::{FeatureValue, checked};
use super::waiting::{self, Row};
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;
use local_core::{Call, Cloud};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutRequest {
    pub feature_group_name: String,
    pub record: Vec<FeatureValue>,
    pub target_stores: Option<Vec<TargetStore>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetStore {
    OnlineStore,
    OfflineStore,
}

/// The stores of a group that a request is for.
pub struct Stores {
    pub online: bool,
    pub offline: bool,
}

pub async fn put(call: Call, request: PutRequest) -> Result<(), AwsError> {
    let (cloud, region) = (&call.cloud, &call.region);
    let put = cloud.store.write(|tx| request.apply((cloud, tx), region));
    put.map_err(Refusal::of_runtime)
}

impl PutRequest {
    /// Refused, it has changed nothing.
    pub fn apply(&self, (cloud, tx): (&Cloud, &Tx), region: &str) -> Result<(), Refusal> {
        let group = FeatureGroup::ready(tx, region, &self.feature_group_name)?;
        let stores = Stores::of(&group, self.target_stores.as_deref())?;
        let record = checked(&group, &self.record)?;
        if stores.online {
            online::put(tx, region, &group, &record);
        }
        if stores.offline {
            let row = Row {
                received: Timestamp::now(&cloud.world),
                event_time: record.event_time,
                values: record.values,
                is_deleted: false,
            };
            waiting::add((cloud, tx), region, &group, &row);
        }
        Ok(())
    }
}

impl Stores {
    /// All that the group has, where a request names none.
    pub fn of(group: &FeatureGroup, named: Option<&[TargetStore]>) -> Result<Self, Refusal> {
        let has = |store: TargetStore| match store {
            TargetStore::OnlineStore => group.is_online(),
            TargetStore::OfflineStore => group.offline.is_some(),
        };
        let mut missing = named.into_iter().flatten();
        if let Some(store) = missing.find(|store| !has(**store)) {
            return Err(Refusal::invalid(format!(
                "The feature group {} has no {store:?}",
                group.name
            )));
        }
        let is_for = |store| has(store) && named.is_none_or(|named| named.contains(&store));
        Ok(Self {
            online: is_for(TargetStore::OnlineStore),
            offline: is_for(TargetStore::OfflineStore),
        })
    }
}
