//! The two alarms of a policy in CloudWatch.
//!
//! Source: the Application Auto Scaling user guide, "Target tracking scaling policies": they are the service's own, and
//! go with the policy.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::decision::{HIGH_PERIODS, LOW_PERIODS, LOW_SHARE};
use super::metric::{METRIC, NAMESPACE, dimensions};
use super::resource::Resource;
use local_cloudwatch::{
    self as cloudwatch, Alarm, ComparisonOperator, Dimension, MissingData, Statistic,
};
use local_core::Cloud;
use local_core::store::Tx;
use local_core::wire::AwsError;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    pub high: String,
    pub low: String,
}

impl Names {
    pub fn new(cloud: &Cloud, resource: &Resource) -> Self {
        let dice = || cloud.world.dice("application-autoscaling/alarm").uuid();
        let name =
            |which: &str| format!("TargetTracking-{}-Alarm{which}-{}", resource.id(), dice());
        Self {
            high: name("High"),
            low: name("Low"),
        }
    }

    /// As `Alarms`.
    pub fn described(&self, cloud: &Cloud, region: &str) -> Vec<Value> {
        let alarms = [&self.high, &self.low].into_iter();
        let alarms = alarms.map(|name| {
            let arn = cloud.arn("cloudwatch", region, &format!("alarm:{name}"));
            json!({ "AlarmName": name, "AlarmARN": arn })
        });
        alarms.collect()
    }
}

/// Adds the alarms on a target value, or changes them to it.
pub fn put(
    cloud: &Cloud,
    tx: &Tx,
    (region, resource, policy_arn): (&str, &Resource, &str),
    names: &Names,
    target_value: f64,
) -> Result<(), AwsError> {
    let alarm = |threshold: f64, operator: ComparisonOperator, periods: usize| Alarm {
        alarm_description: Some(format!(
            "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy_arn}."
        )),
        namespace: NAMESPACE.to_owned(),
        metric_name: METRIC.to_owned(),
        dimensions: dimensions(resource)
            .map(|(name, value)| Dimension {
                name: name.to_owned(),
                value: value.to_owned(),
            })
            .into(),
        statistic: Statistic::Sum,
        period: 60,
        evaluation_periods: periods,
        datapoints_to_alarm: None,
        threshold,
        comparison_operator: operator,
        treat_missing_data: MissingData::Missing,
        actions_enabled: true,
        alarm_actions: vec![policy_arn.to_owned()],
        ok_actions: Vec::new(),
        insufficient_data_actions: Vec::new(),
    };
    let high = alarm(target_value, ComparisonOperator::Greater, HIGH_PERIODS);
    let low = alarm(
        target_value * LOW_SHARE,
        ComparisonOperator::Less,
        LOW_PERIODS,
    );
    cloudwatch::put_policys_alarm(cloud, tx, (region, &names.high), high)?;
    cloudwatch::put_policys_alarm(cloud, tx, (region, &names.low), low)
}

pub fn remove(tx: &Tx, region: &str, names: &Names) {
    for name in [&names.high, &names.low] {
        cloudwatch::remove_alarm(tx, region, name);
    }
}
