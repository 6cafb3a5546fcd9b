//! A group's status, and the change of it with its event.

use serde::{Deserialize, Serialize};

use super::event;
use super::group::{FeatureGroup, GROUPS};
use local_core::Cloud;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;

/// When the controller has something to do for a group, by region and name.
pub const DUE: Table<Timestamp> = Table::new("feature-store/work");

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Creating,
    Created,
    CreateFailed,
    Deleting,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::Created => "Created",
            Self::CreateFailed => "CreateFailed",
            Self::Deleting => "Deleting",
        }
    }

    /// Whether the controller leads on from it.
    fn is_passing(self) -> bool {
        matches!(self, Self::Creating | Self::Deleting)
    }
}

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
