//! Alarms.

use local_cloudwatch::{self as cloudwatch, Alarm};
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Context;
use super::change::{Change, Provisioned};
use super::row::Row;

pub(super) const ALARM: &str = "AWS::CloudWatch::Alarm";

pub(super) fn alarm(context: &Context, change: &Change) -> anyhow::Result<Provisioned> {
    let name = change.name("AlarmName");
    let mut properties = change.resource.properties.clone();
    properties.remove("AlarmName");
    let alarm = Alarm::deserialize(Value::Object(properties))?;
    let (cloud, region) = (&context.cloud, context.pseudo.region.as_str());
    let found = cloud
        .store
        .read(|tx| cloudwatch::state_of(tx, region, &name));
    change.check_name(&name, found.is_some())?;
    cloud
        .store
        .write(|tx| cloudwatch::put_alarm(cloud, tx, (region, &name), alarm))?;
    let arn = context.arn("cloudwatch", &format!("alarm:{name}"));
    Ok(Provisioned::new(name, [("Arn", json!(arn))]))
}

pub(super) fn remove_alarm(context: &Context, row: &Row) {
    let region = &context.pseudo.region;
    let store = &context.cloud.store;
    store.update(|tx| cloudwatch::remove_alarm(tx, region, &row.physical_id));
}
