//! A change of a group's status, with its event.

use super::event;
use super::group::{FeatureGroup, GROUPS};
use local_core::Cloud;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;

/// When the controller has something to do for a group, by region and name.
pub const DUE: Table<Timestamp> = Table::new("feature-store/work");

/// Stores the group with the event of its change.
pub fn turn((cloud, tx): (&Cloud, &Tx), region: &str, group: &mut FeatureGroup) {
    let now = Timestamp::now(&cloud.world);
    group.modified = now;
    if group.status.is_passing() {
        DUE.put(tx, region, &group.name, &now);
    }
    GROUPS.put(tx, region, &group.name, group);
    event::emit(cloud, tx, region, group);
}
