//! Rows on their way to the offline store.

use serde::{Deserialize, Serialize};
use time::Duration;

use super::group::FeatureGroup;
use super::record::Values;
use super::turn::DUE;
use local_core::Cloud;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;

/// By the group's scope, in the order of their coming.
const ROWS: Table<Row> = Table::new("feature-store/row");

/// How long rows are collected for one file: minutes on AWS, so that files are few; here a person waits.
const COLLECTED_FOR: Duration = Duration::seconds(3);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub received: Timestamp,
    pub event_time: Timestamp,
    pub values: Values,
    pub is_deleted: bool,
}

pub fn add((cloud, tx): (&Cloud, &Tx), region: &str, group: &FeatureGroup, row: &Row) {
    let number = tx.count("feature-store/row");
    ROWS.put(tx, &group.scope(region), &format!("{number:020}"), row);
    collect((cloud, tx), region, group);
}

/// The first rows by name.
pub fn first(tx: &Tx, region: &str, group: &FeatureGroup, most: usize) -> Vec<(String, Row)> {
    let scope = group.scope(region);
    let names = ROWS.first_names(tx, &scope, most).into_iter();
    let rows = names.filter_map(|name| {
        let row = ROWS.get_readable(tx, &scope, &name)?;
        Some((name, row))
    });
    rows.collect()
}

/// Takes rows off; those that came meanwhile are collected anew.
pub fn take(
    (cloud, tx): (&Cloud, &Tx),
    region: &str,
    group: &FeatureGroup,
    rows: &[(String, Row)],
) {
    let scope = group.scope(region);
    for (name, _) in rows {
        ROWS.delete(tx, &scope, name);
    }
    // One that is being deleted has its removal to do.
    if FeatureGroup::ready(tx, region, &group.name).is_ok() {
        DUE.delete(tx, region, &group.name);
        if !ROWS.first_names(tx, &scope, 1).is_empty() {
            collect((cloud, tx), region, group);
        }
    }
}

fn collect((cloud, tx): (&Cloud, &Tx), region: &str, group: &FeatureGroup) {
    if !DUE.contains(tx, region, &group.name) {
        let due = Timestamp::from(cloud.world.now() + COLLECTED_FOR);
        DUE.put(tx, region, &group.name, &due);
    }
}

pub fn delete_all(tx: &Tx, region: &str, group: &FeatureGroup) {
    ROWS.delete_all(tx, &group.scope(region));
}
