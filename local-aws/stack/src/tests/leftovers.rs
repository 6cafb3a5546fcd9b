//! Resources of before an update whose rollback failed.

use super::{STORAGE, Stack};
use crate::delete;
use crate::leftover::{Cause, Leftover, settle};
use crate::row::{RESOURCES, Row};

const REGION: &str = "us-east-1";

#[tokio::test]
async fn a_resource_that_a_rollback_brought_back_is_kept_by_its_deletion_policy() {
    let stack = Stack::deployed(STORAGE).await;
    stack.cloud.store.update(|tx| {
        let kept = RESOURCES.get(tx, REGION, "Kept").unwrap();
        // Replaced by the update, and the stack's again.
        Leftover::replaced(kept).put(tx, REGION);
        settle(tx, REGION, |_| false, Cause::Removed);
        let all = Leftover::all(tx, REGION);
        let kept = all.iter().find(|it| it.row.logical_id == "Kept").unwrap();
        assert!(kept.is_kept(), "its DeletionPolicy is Retain");
    });
}

#[tokio::test]
async fn two_resources_of_a_logical_id_that_are_not_deleted_are_both_deleted_by_the_next_deletion()
{
    let stack = Stack::deployed(STORAGE).await;
    let moved = stack.row_of("Bucket", "moved");
    let cloud = &stack.cloud;
    local_s3::put_bytes(cloud, "data", "a", b"1").unwrap();
    let bucket = local_s3::Bucket {
        region: REGION.to_owned(),
        created: cloud.world.now(),
        event_bridge: false,
    };
    cloud
        .store
        .write(|tx| local_s3::create_bucket(tx, "moved", &bucket))
        .unwrap();
    local_s3::put_bytes(cloud, "moved", "a", b"1").unwrap();
    cloud
        .store
        .update(|tx| Leftover::replaced(moved).put(tx, REGION));

    delete(cloud).await.unwrap_err();
    for bucket in ["data", "moved"] {
        local_s3::delete(cloud, bucket, "a").unwrap();
    }
    delete(cloud).await.unwrap();
    assert!(!stack.has_bucket("data") && !stack.has_bucket("moved"));
}

impl Stack {
    /// The row of a deployed resource as if it had another physical id.
    fn row_of(&self, logical_id: &str, physical_id: &str) -> Row {
        let mut rows = Row::deployed(&self.cloud);
        let row = rows.remove(logical_id).unwrap();
        Row {
            physical_id: physical_id.to_owned(),
            ..row
        }
    }
}
