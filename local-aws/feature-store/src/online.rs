//! The online store: of each identifier the record of the newest event time.

use serde::{Deserialize, Serialize};

use super::error::Refusal;
use super::group::FeatureGroup;
use super::record::{FeatureValue, Record, Values};
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;

/// By the group's scope and identifier.
const RECORDS: Table<Online> = Table::new("feature-store/record");

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Online {
    event_time: Timestamp,
    values: Values,
    /// Its row is kept, so that an older record that comes later stays hidden.
    deleted: Option<DeletionMode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeletionMode {
    SoftDelete,
    HardDelete,
}

/// Takes the record in, if it is newer than what is there.
pub fn put(tx: &Tx, region: &str, group: &FeatureGroup, record: &Record) {
    let key = (record.identifier.as_str(), record.event_time);
    if is_newer(tx, region, group, key) {
        let online = Online {
            event_time: record.event_time,
            values: record.values.clone(),
            deleted: None,
        };
        RECORDS.put(tx, &group.scope(region), &record.identifier, &online);
    }
}

/// Whether nothing of the identifier is as new as that.
pub fn is_newer(
    tx: &Tx,
    region: &str,
    group: &FeatureGroup,
    (identifier, event_time): (&str, Timestamp),
) -> bool {
    let there = RECORDS.get(tx, &group.scope(region), identifier);
    there.is_none_or(|there| there.event_time < event_time)
}

pub fn delete(
    tx: &Tx,
    region: &str,
    group: &FeatureGroup,
    (identifier, event_time): (&str, Timestamp),
    mode: DeletionMode,
) {
    let online = Online {
        event_time,
        values: Values::new(),
        deleted: Some(mode),
    };
    RECORDS.put(tx, &group.scope(region), identifier, &online);
}

/// The identifier's record, of these features or of all, in the order of their definitions.
pub fn get(
    tx: &Tx,
    region: &str,
    group: &FeatureGroup,
    identifier: &str,
    features: Option<&[String]>,
) -> Result<Option<Vec<FeatureValue>>, Refusal> {
    must_be_online(group)?;
    let mut asked = features.into_iter().flatten();
    if let Some(unknown) = asked.find(|name| group.feature(name).is_none()) {
        return Err(Refusal::invalid(format!(
            "The feature {unknown} is not defined in the feature group {}",
            group.name
        )));
    }
    let found = RECORDS.get(tx, &group.scope(region), identifier);
    let found = found.filter(|online| online.deleted.is_none());
    Ok(found.map(|online| {
        let names = group.features.iter().map(|feature| &feature.name);
        let wanted = names.filter(|name| features.is_none_or(|asked| asked.contains(name)));
        let values = wanted.filter_map(|name| {
            Some(FeatureValue {
                feature_name: name.clone(),
                value_as_string: Some(online.values.get(name)?.clone()),
            })
        });
        values.collect()
    }))
}

pub fn identifiers(
    tx: &Tx,
    region: &str,
    group: &FeatureGroup,
    with_soft_deleted: bool,
) -> Result<Vec<String>, Refusal> {
    must_be_online(group)?;
    let is_shown = |online: &Online| match online.deleted {
        None => true,
        Some(DeletionMode::SoftDelete) => with_soft_deleted,
        Some(DeletionMode::HardDelete) => false,
    };
    let records = RECORDS.list(tx, &group.scope(region)).into_iter();
    let shown = records.filter(|(_, online)| is_shown(online));
    Ok(shown.map(|(identifier, _)| identifier).collect())
}

pub fn delete_all(tx: &Tx, region: &str, group: &FeatureGroup) {
    RECORDS.delete_all(tx, &group.scope(region));
}

fn must_be_online(group: &FeatureGroup) -> Result<(), Refusal> {
    if group.is_online() {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "The feature group {} has no online store",
        group.name
    )))
}
