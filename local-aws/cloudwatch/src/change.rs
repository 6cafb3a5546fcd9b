//! What a change of an alarm's state sends: an event, and the message of its actions.
//!
//! Sources: the CloudWatch user guide, "Alarm events and EventBridge" and "Notifying users on alarm changes".

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use super::alarm::{Alarm, Row};
use local_core::event::Event;
use local_core::store::Tx;
use local_core::targets::{self, Message, Sender};
use local_core::{ACCOUNT, Cloud, Principal};

/// One sentence on why the state is as it is.
pub fn reason(alarm: &Alarm, points: &[Option<bool>]) -> String {
    let breaching = points.iter().flatten().filter(|each| **each).count();
    let missing = points.iter().filter(|point| point.is_none()).count();
    format!(
        "Threshold Crossed: of the last {} datapoints {breaching} were breaching the threshold ({}) and {missing} \
         were missing [{} to alarm].",
        points.len(),
        alarm.threshold,
        alarm.datapoints()
    )
}

pub fn tell(cloud: &Cloud, tx: &Tx, (region, name): (&str, &str), before: &Row, now: &Row) {
    let arn = cloud.arn("cloudwatch", region, &format!("alarm:{name}"));
    tracing::info!(alarm.name = name, alarm.state = ?now.state, reason = now.reason, "an alarm changed its state");
    tx.emit(&Event {
        source: "aws.cloudwatch".to_owned(),
        detail_type: "CloudWatch Alarm State Change".to_owned(),
        region: region.to_owned(),
        resources: vec![arn.clone()],
        detail: json!({
            "alarmName": name,
            "state": of(now),
            "previousState": of(before),
            "configuration": configuration(&now.alarm),
        }),
        time: now.changed_at,
    });
    let body = message((region, name, &arn), before, now).to_string();
    let sender = Sender {
        principal: Principal::service("cloudwatch.amazonaws.com"),
        source_arn: arn,
    };
    for action in now.alarm.topics(now.state) {
        let message = Message {
            target_arn: action,
            sender: &sender,
            body: &body,
            attributes: BTreeMap::new(),
        };
        if let Err(error) = targets::send(cloud, tx, &message) {
            tracing::error!(
                alarm.name = name,
                action,
                error.message = error.message,
                "an alarm's action failed"
            );
        }
    }
}

fn of(row: &Row) -> Value {
    json!({ "value": row.state, "reason": row.reason, "timestamp": timestamp(row.changed_at) })
}

fn configuration(alarm: &Alarm) -> Value {
    let dimensions = alarm.dimensions.iter();
    let dimensions: Map<String, Value> = dimensions
        .map(|each| (each.name.clone(), each.value.clone().into()))
        .collect();
    json!({
        "description": alarm.alarm_description,
        "metrics": [{
            "id": "m1",
            "metricStat": {
                "metric": {
                    "namespace": alarm.namespace,
                    "name": alarm.metric_name,
                    "dimensions": dimensions,
                },
                "period": alarm.period,
                "stat": alarm.statistic,
            },
            "returnData": true,
        }],
    })
}

/// As AWS sends it to a topic, but for the region's long name.
fn message((region, name, arn): (&str, &str, &str), before: &Row, now: &Row) -> Value {
    let alarm = &now.alarm;
    let dimensions = alarm.dimensions.iter();
    let dimensions: Vec<Value> = dimensions
        .map(|each| json!({ "value": each.value, "name": each.name }))
        .collect();
    json!({
        "AlarmName": name,
        "AlarmDescription": alarm.alarm_description,
        "AWSAccountId": ACCOUNT,
        "NewStateValue": now.state,
        "NewStateReason": now.reason,
        "StateChangeTime": timestamp(now.changed_at),
        "Region": region,
        "AlarmArn": arn,
        "OldStateValue": before.state,
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "StatisticType": "Statistic",
            "Statistic": alarm.statistic,
            "Dimensions": dimensions,
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": alarm.threshold,
            "TreatMissingData": alarm.treat_missing_data,
        },
    })
}

fn timestamp(moment: OffsetDateTime) -> String {
    let format = format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+0000"
    );
    let text = moment.format(format);
    text.expect("the format has only what a time has")
}
