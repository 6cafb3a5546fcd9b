//! Who is told of what: the rule from reconcile's outcome to the topic, the alarms and the dashboard.

use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::notice::NOTICE_PATH;
use lambda_main::metrics::{NAMES, NAMESPACE};
use quamina::Quamina;
use serde_json::Value;

use super::{short_name, stack};
use crate::source;

fn resource(logical_id: &str) -> sam::Resource {
    let mut resources = stack().resources.into_iter();
    resources
        .find(|resource| resource.logical_id == logical_id)
        .expect(logical_id)
}

#[test]
fn the_outcome_of_reconcile_alone_leaves_its_function() {
    for function in stack().functions {
        let bus = function.event_invoke_config.on_success.as_deref();
        let is_reconcile = short_name(&function) == "reconcile";
        assert_eq!(
            bus.is_some(),
            is_reconcile,
            "{}: a request may hold a review or a presigned URL",
            short_name(&function)
        );
        assert!(bus.is_none_or(|bus| bus.ends_with(":event-bus/default")));
    }
}

#[test]
fn the_rule_takes_reconciles_notice_and_no_other_result() {
    let rule = resource("Notices").properties;
    let mut rules = Quamina::new();
    let pattern = rule["EventPattern"].to_string();
    // What stands for the function's ARN where nothing is deployed.
    let pattern = pattern.replace(
        "Reconcile.Arn",
        "arn:aws:lambda:us-east-1:123456789012:function:reviewloop-reconcile",
    );
    rules.add_pattern((), &pattern).expect("a pattern");
    let matches = |event: &Value| {
        let found = rules.matches_for_event(event.to_string().as_bytes());
        !found.expect("an event is JSON").is_empty()
    };
    let loud = source::event("lambda-result-success");
    assert!(matches(&loud), "{pattern}");
    let mut silent = loud.clone();
    let answer = silent["detail"]["responsePayload"].as_object_mut();
    answer.expect("an outcome").remove("notice");
    assert!(!matches(&silent));
    let mut others = loud;
    others["detail"]["requestContext"]["functionArn"] =
        "arn:aws:lambda:us-east-1:123456789012:function:elsewhere:$LATEST".into();
    assert!(!matches(&others));

    let transformer = &rule["Targets"][0]["InputTransformer"];
    assert_eq!(transformer["InputPathsMap"]["notice"], NOTICE_PATH);
    assert_eq!(transformer["InputTemplate"], "\"<notice>\"");
}

#[test]
fn an_outcome_with_a_notice_has_it_where_the_rule_looks() {
    let outcome = reconcile::Outcome {
        notice: Some("a -> b".to_owned()),
        ..reconcile::Outcome::default()
    };
    let outcome = serde_json::to_value(outcome).expect("an outcome is JSON");
    assert_eq!(outcome["notice"], "a -> b");
    let silent = serde_json::to_value(reconcile::Outcome::default()).expect("JSON");
    assert_eq!(silent.get("notice"), None);
    assert!(NOTICE_PATH.ends_with(".responsePayload.notice"));
}

#[test]
fn every_alarm_tells_the_topic_and_is_named_as_its_policy_wants() {
    let sample = source::event("alarm-rings");
    let mut names = Vec::new();
    for alarm in stack().resources {
        if alarm.resource_type != "AWS::CloudWatch::Alarm" {
            continue;
        }
        let properties = &alarm.properties;
        assert_eq!(properties["AlarmActions"][0], "Notifications", "{alarm:?}");
        let name = properties["AlarmName"].as_str().expect("a name");
        assert!(name.starts_with("reviewloop-"), "{name}");
        names.push(name.to_owned());
    }
    assert!(names.len() >= 3, "{names:?}");
    let rung = sample["detail"]["alarmName"].as_str().expect("a name");
    assert!(names.iter().any(|name| name == rung), "{rung}");
}

#[test]
fn the_dashboard_shows_every_metric_of_ours_under_its_own_name() {
    let body = resource("Dashboard").properties["DashboardBody"].clone();
    let body: Value = serde_json::from_str(body.as_str().expect("a text")).expect("JSON");
    let widgets = body["widgets"].as_array().expect("a list").iter();
    let lines = widgets.flat_map(|widget| widget["properties"]["metrics"].as_array());
    let slots = [CHAMPION_VARIANT, CHALLENGER_VARIANT].map(Value::from);
    let mut ours = Vec::new();
    for line in lines.flatten() {
        match line[0].as_str().expect("a namespace") {
            NAMESPACE => ours.push(line[1].as_str().expect("a name").to_owned()),
            "AWS/SageMaker" => assert!(slots.contains(&line[5]), "{line}"),
            "AWS/Lambda" | "AWS/SQS" => {}
            other => panic!("nothing records {other}"),
        }
    }
    ours.sort();
    ours.dedup();
    let mut names = NAMES;
    names.sort_unstable();
    assert_eq!(ours, names);
}
