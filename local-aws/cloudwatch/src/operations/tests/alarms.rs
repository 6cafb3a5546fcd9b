//! A caller's own alarms.

use serde_json::{Value, json};

use super::Bench;

#[tokio::test]
async fn a_callers_own_alarm_is_made_set_and_deleted() {
    let bench = Bench::new();
    let alarm = json!({
        "AlarmName": "own", "Namespace": "AWS/SageMaker", "MetricName": "Invocations",
        "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
    });
    bench.call("PutMetricAlarm", alarm.clone()).await.unwrap();
    let state = async || {
        let all = bench.call("DescribeAlarms", json!({})).await.unwrap();
        all["MetricAlarms"][0]["StateValue"].clone()
    };
    assert_eq!(state().await, "INSUFFICIENT_DATA");
    let set =
        |name: &str| json!({ "AlarmName": name, "StateValue": "ALARM", "StateReason": "a test" });
    bench.call("SetAlarmState", set("own")).await.unwrap();
    assert_eq!(state().await, "ALARM");
    crate::evaluate(&bench.cloud);
    assert_ne!(state().await, "ALARM");
    let delete = |names: &[&str]| json!({ "AlarmNames": names });
    for (operation, request) in [
        ("SetAlarmState", set("none")),
        ("DeleteAlarms", delete(&["own", "none"])),
    ] {
        let refused = bench.call(operation, request).await.unwrap_err();
        assert_eq!(refused.code, "ResourceNotFound", "{operation}");
    }
    assert_ne!(state().await, Value::Null);
    bench.call("DeleteAlarms", delete(&["own"])).await.unwrap();
    assert_eq!(state().await, Value::Null);
    let mut odd = alarm;
    odd["Period"] = 30.into();
    let refused = bench.call("PutMetricAlarm", odd).await.unwrap_err();
    assert_eq!(refused.code, "ValidationError");
}
