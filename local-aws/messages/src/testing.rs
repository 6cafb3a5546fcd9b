//! What the tests of rules and schedules share: functions that write down each event that they get.

use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;

use local_core::store::Table;
use local_core::targets::{self, Target};
use local_core::{Cloud, Settings};

pub const REGION: &str = "us-east-1";

const RECEIVED: Table<String> = Table::new("test/received");

pub fn cloud() -> (Arc<Cloud>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let writer = Target {
        service: "lambda",
        action: "lambda:InvokeFunction",
        check: |_| Ok(()),
        accept: |_, tx, message| {
            let name = format!("{:08}", tx.count("received"));
            RECEIVED.put(tx, "", &name, &message.body.to_owned());
            Ok(name)
        },
    };
    targets::set(&cloud, vec![writer]);
    (Arc::new(cloud), folder)
}

/// The events, in the order of their delivery.
pub fn received(cloud: &Cloud) -> Vec<Value> {
    let events = cloud.store.read(|tx| RECEIVED.list(tx, ""));
    let events = events.iter();
    events
        .map(|(_, event)| serde_json::from_str(event).unwrap())
        .collect()
}
