//! Alarms in the world's time.

use std::sync::Arc;
use std::task::{Context, Waker};

use serde_json::json;
use tempfile::TempDir;

use crate::controller::CONTROLLER;
use crate::{Alarm, State, evaluate, put_alarm, state_of};
use local_core::driver::Busy;
use local_core::metrics::{self, Series};
use local_core::targets;
use local_core::wire::{AwsError, Table, apis, constraints, table};
use local_core::{Cloud, Principal, Settings};
use local_messages::sns::{self, Topic};

const REGION: &str = "us-east-1";
const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:topic";

fn cloud() -> (Arc<Cloud>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let parts = local_messages::parts().into_iter();
    targets::set(&cloud, parts.flat_map(|part| part.targets).collect());
    let topic = Topic { display_name: None };
    cloud
        .store
        .update(|tx| sns::put_topic(tx, REGION, "topic", &topic));
    metrics::begin(&cloud, Vec::new());
    (Arc::new(cloud), folder)
}

fn put(cloud: &Cloud, changes: &[(&str, serde_json::Value)]) -> Result<(), String> {
    let mut properties = json!({
        "AlarmDescription": "a dead letter -> reviewloop redrive",
        "Namespace": "AWS/SQS",
        "MetricName": "Visible",
        "Dimensions": [{ "Name": "QueueName", "Value": "q" }],
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [TOPIC],
    });
    for (name, value) in changes {
        properties[*name] = value.clone();
    }
    let alarm: Alarm = serde_json::from_value(properties).map_err(|error| error.to_string())?;
    let put = cloud
        .store
        .write(|tx| put_alarm(cloud, tx, (REGION, "a"), alarm));
    put.map_err(|error| error.message)
}

fn series() -> Series {
    Series::new(REGION, "AWS/SQS", "Visible", &[("QueueName", "q")])
}

fn state(cloud: &Cloud) -> State {
    cloud.store.read(|tx| state_of(tx, REGION, "a")).unwrap()
}

fn sent(cloud: &Cloud) -> Vec<serde_json::Value> {
    let sent = sns::published_after(cloud, 0).into_iter();
    sent.map(|(_, published)| serde_json::from_str(&published.message).unwrap())
        .collect()
}

#[test]
fn an_alarm_rings_once_and_calms() {
    let (cloud, _folder) = cloud();
    put(&cloud, &[]).unwrap();
    assert_eq!(state(&cloud), State::InsufficientData);
    evaluate(&cloud);
    assert_eq!(state(&cloud), State::Ok);
    for _ in 0..3 {
        metrics::record(&cloud, series(), 1.0);
        evaluate(&cloud);
        assert_eq!(state(&cloud), State::Alarm);
        cloud.world.advance(60);
    }
    let sent = sent(&cloud);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0]["NewStateValue"], "ALARM");
    assert_eq!(sent[0]["OldStateValue"], "OK");
    assert_eq!(
        sent[0]["AlarmDescription"],
        "a dead letter -> reviewloop redrive"
    );
    cloud.world.advance(300);
    metrics::record(&cloud, series(), 0.0);
    evaluate(&cloud);
    assert_eq!(state(&cloud), State::Ok);
    let events = cloud.store.read(|tx| tx.pending_events(9));
    let changes: Vec<String> = events
        .iter()
        .map(|event| event.event.detail["state"]["value"].to_string())
        .collect();
    assert_eq!(changes, [r#""OK""#, r#""ALARM""#, r#""OK""#]);
}

#[test]
fn an_alarm_on_silence_rings_after_its_periods_and_not_for_the_time_before_the_start() {
    let (cloud, _folder) = cloud();
    let silence = [
        ("Period", json!(60)),
        ("EvaluationPeriods", json!(15)),
        ("Threshold", json!(1)),
        ("ComparisonOperator", json!("LessThanThreshold")),
        ("TreatMissingData", json!("breaching")),
    ];
    put(&cloud, &silence).unwrap();
    let mut minutes = 0;
    while state(&cloud) != State::Alarm {
        evaluate(&cloud);
        assert!(minutes <= 20, "it never rings");
        cloud.world.advance(60);
        minutes += 1;
    }
    assert!(minutes > 15, "it rang after {minutes} minutes");
    metrics::record(&cloud, series(), 1.0);
    evaluate(&cloud);
    assert_eq!(state(&cloud), State::Ok);
}

#[test]
fn what_is_not_honoured_is_refused_by_name() {
    let (cloud, _folder) = cloud();
    for (name, value, reason) in [
        (
            "ExtendedStatistic",
            json!("p99"),
            "unknown field `ExtendedStatistic`",
        ),
        ("Period", json!(10), "whole minutes"),
        ("EvaluationPeriods", json!(400), "86400"),
        ("DatapointsToAlarm", json!(2), "DatapointsToAlarm"),
        (
            "AlarmActions",
            json!(["arn:aws:swf:us-east-1:123456789012:action/x"]),
            "not arn:aws:swf",
        ),
        (
            "OKActions",
            json!(["arn:aws:sqs:us-east-1:123456789012:queue"]),
            "notify SNS topics, not arn:aws:sqs",
        ),
        (
            "InsufficientDataActions",
            json!(["arn:aws:lambda:us-east-1:123456789012:function:f"]),
            "notify SNS topics, not arn:aws:lambda",
        ),
    ] {
        let refused = put(&cloud, &[(name, value)]).unwrap_err();
        assert!(refused.contains(reason), "{refused}");
    }
}

#[test]
fn one_work_evaluates_the_alarms_and_no_look_does() {
    let (cloud, _folder) = cloud();
    put(&cloud, &[]).unwrap();
    let mut look = (CONTROLLER.look)(&cloud, &Busy::default());
    assert_eq!(state(&cloud), State::InsufficientData);
    let mut work = look.work.pop().expect("one work");
    assert!(look.work.is_empty());
    let mut context = Context::from_waker(Waker::noop());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let _inside = runtime.enter();
    let polled = work.run.as_mut().poll(&mut context);
    assert!(polled.is_pending(), "it waits for the next minute");
    assert_eq!(state(&cloud), State::Ok);
}

#[tokio::test]
async fn alarms_are_described_by_their_filters() {
    let (cloud, _folder) = cloud();
    put(&cloud, &[]).unwrap();
    evaluate(&cloud);
    let part = crate::part();
    constraints::set(&cloud, part.constraints);
    Table::new(part.operations).set(&cloud);
    let describe = async |members: serde_json::Value| {
        let caller = (REGION, Principal::user());
        table::call(&cloud, apis::CLOUDWATCH, "DescribeAlarms", caller, &members).await
    };
    for (filter, is_there) in [
        (json!({}), true),
        (json!({ "AlarmNames": ["a", "b"] }), true),
        (json!({ "AlarmNames": ["b"] }), false),
        (json!({ "AlarmNamePrefix": "a" }), true),
        (json!({ "AlarmNamePrefix": "b" }), false),
        (json!({ "StateValue": "OK" }), true),
        (json!({ "StateValue": "ALARM" }), false),
        (json!({ "ActionPrefix": "arn:aws:sns:" }), true),
        (json!({ "ActionPrefix": "arn:aws:lambda:" }), false),
        (json!({ "AlarmTypes": ["CompositeAlarm"] }), false),
        (
            json!({ "AlarmTypes": ["CompositeAlarm", "MetricAlarm"] }),
            true,
        ),
    ] {
        let found = describe(filter.clone()).await.unwrap();
        let found = found["MetricAlarms"].as_array().unwrap().len();
        assert_eq!(found, usize::from(is_there), "{filter}");
    }
    let found = describe(json!({})).await.unwrap();
    let alarm = &found["MetricAlarms"][0];
    assert_eq!(
        alarm["AlarmArn"],
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"
    );
    assert_eq!(alarm["StateValue"], "OK");
    assert_eq!(alarm["Threshold"], 0.0);
    assert_eq!(alarm["TreatMissingData"], "notBreaching");
    assert_eq!(
        alarm["Dimensions"],
        json!([{ "Name": "QueueName", "Value": "q" }])
    );

    let code =
        |refused: AwsError| refused.query_code.unwrap_or_default().to_owned() + &refused.message;
    let both = json!({ "AlarmNames": ["a"], "AlarmNamePrefix": "a" });
    let refused = code(describe(both).await.unwrap_err());
    assert!(
        refused.starts_with("InvalidParameterCombination"),
        "{refused}"
    );
    let parents = json!({ "ParentsOfAlarmName": "a" });
    let refused = code(describe(parents).await.unwrap_err());
    assert!(refused.contains("ParentsOfAlarmName"), "{refused}");
}

#[test]
fn an_action_that_is_a_scaling_policy_is_its_services_alone_and_tells_no_topic() {
    let (cloud, _folder) = cloud();
    let policy = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:resource/sagemaker/endpoint/e/variant/v:policyName/p";
    let actions = ("AlarmActions", json!([policy]));
    let refused = put(&cloud, std::slice::from_ref(&actions)).unwrap_err();
    assert!(refused.contains("SNS topics"), "{refused}");

    put(&cloud, &[("AlarmActions", json!([]))]).unwrap();
    let row = cloud
        .store
        .read(|tx| crate::alarm::ALARMS.get(tx, REGION, "a"));
    let mut alarm = row.unwrap().alarm;
    alarm.alarm_actions = vec![policy.to_owned(), TOPIC.to_owned()];
    let put = |tx: &local_core::store::Tx| {
        crate::put_policys_alarm(&cloud, tx, (REGION, "a"), alarm.clone())
    };
    cloud.store.write(put).unwrap();
    metrics::record(&cloud, series(), 1.0);
    evaluate(&cloud);
    assert_eq!(state(&cloud), State::Alarm);
    assert_eq!(sent(&cloud).len(), 1);
}
