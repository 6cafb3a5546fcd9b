//! "SageMaker Feature Group State Change", of a group's status and of its offline store's.

use serde_json::json;

use super::group::FeatureGroup;
use local_core::Cloud;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::tags;
use local_core::wire::{json, without_nulls};

pub fn emit(cloud: &Cloud, tx: &Tx, region: &str, group: &FeatureGroup) {
    let mut detail = without_nulls(group.described());
    let more = json!({
        "CreationTime": group.created.millis(),
        "Tags": tags::of(tx, &group.arn),
    });
    json::extend(&mut detail, more);
    tx.emit(&Event {
        source: "aws.sagemaker".to_owned(),
        detail_type: "SageMaker Feature Group State Change".to_owned(),
        region: region.to_owned(),
        resources: vec![group.arn.clone()],
        detail,
        time: cloud.world.now(),
    });
}
