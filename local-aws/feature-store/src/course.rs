//! A group's course: from Creating to Created, its rows into S3 whenever some have waited, from Deleting to gone.

use std::sync::Arc;

use super::group::{FeatureGroup, GROUPS};
use super::status::Status;
use super::turn::{DUE, turn};
use super::{offline, online, waiting};
use local_core::Cloud;
use local_core::driver::{Busy, Controller, Look, Work};
use local_core::tags;

pub const CONTROLLER: Controller = Controller {
    name: "feature groups",
    wakes_on: &[DUE.kind()],
    look,
};

fn look(cloud: &Arc<Cloud>, _: &Busy) -> Look {
    let now = cloud.world.now();
    let due = cloud.store.read(|tx| DUE.list_everywhere(tx));
    let (due, later): (Vec<_>, Vec<_>) = due.into_iter().partition(|(.., at)| at.time() <= now);
    let work = due.into_iter().map(|(region, name, _)| Work {
        key: format!("{region}/{name}"),
        run: Box::pin(run(cloud.clone(), region, name)),
    });
    Look {
        work: work.collect(),
        again: later.into_iter().map(|(.., at)| at.time()).min(),
    }
}

async fn run(cloud: Arc<Cloud>, region: String, name: String) {
    let found = cloud.store.read(|tx| GROUPS.get(tx, &region, &name));
    let Some(group) = found else { return };
    match group.status {
        Status::Creating => settle(&cloud, &region, group),
        Status::Created => write(&cloud, &region, &group),
        Status::Deleting => remove(&cloud, &region, &group),
        Status::CreateFailed => {}
    }
}

fn settle(cloud: &Cloud, region: &str, mut group: FeatureGroup) {
    (group.status, group.failure_reason) = match offline::check(cloud, &group) {
        Ok(()) => (Status::Created, None),
        Err(reason) => (Status::CreateFailed, Some(reason)),
    };
    tracing::info!(
        group.name,
        group.status = group.status.name(),
        group.failure_reason,
        "a feature group is settled"
    );
    cloud.store.update(|tx| {
        // A deletion that came in between goes on.
        let now = GROUPS.get(tx, region, &group.name);
        if now.is_some_and(|now| now.status == Status::Creating) {
            DUE.delete(tx, region, &group.name);
            turn((cloud, tx), region, &mut group);
        }
    });
}

/// Rows that cannot be written wait, and the store is Blocked until they are.
fn write(cloud: &Cloud, region: &str, group: &FeatureGroup) {
    let blocked = offline::write(cloud, region, group).err();
    if let Some(reason) = &blocked {
        tracing::warn!(group.name, reason, "rows wait for the offline store");
    }
    cloud.store.update(|tx| {
        let Some(mut group) = GROUPS.get(tx, region, &group.name) else {
            return;
        };
        if group.blocked != blocked && group.status == Status::Created {
            group.blocked = blocked;
            turn((cloud, tx), region, &mut group);
        }
    });
}

fn remove(cloud: &Cloud, region: &str, group: &FeatureGroup) {
    if let Err(reason) = offline::write(cloud, region, group) {
        tracing::warn!(group.name, reason, "rows are lost with their feature group");
    }
    cloud.store.update(|tx| {
        waiting::delete_all(tx, region, group);
        online::delete_all(tx, region, group);
        tags::remove(tx, &group.arn);
        DUE.delete(tx, region, &group.name);
        GROUPS.delete(tx, region, &group.name);
    });
}
