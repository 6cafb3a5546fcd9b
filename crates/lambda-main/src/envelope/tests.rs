use aws_lambda_events::cloudformation::CloudFormationCustomResourceRequest;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_lambda_events::s3::S3Event;
use serde_json::{Value, json};

use super::read;

fn event(payload: Value) -> EventBridgeEvent {
    read(payload).unwrap()
}

#[test]
fn a_regular_event_stays_as_it_is() {
    let read = event(json!({
        "version": "0", "id": "1bab497e", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "123456789012", "time": "2026-11-14T18:05:00Z", "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/r"], "detail": {"a": [1, null]},
    }));
    assert_eq!(
        (read.detail_type.as_str(), read.source.as_str()),
        ("Scheduled Event", "aws.events")
    );
    assert_eq!(read.time.unwrap().to_rfc3339(), "2026-11-14T18:05:00+00:00");
    assert_eq!(read.resources.unwrap().len(), 1);
    assert_eq!(read.detail, json!({"a": [1, null]}));
}

#[test]
fn no_odd_field_of_an_envelope_loses_the_event() {
    let odd = [
        ("time", json!("1583831889050")),
        ("time", json!(1_583_831_889_050_u64)),
        ("time", Value::Null),
        ("source", json!(["aws.sagemaker"])),
        ("source", Value::Null),
        ("detail-type", Value::Null),
        ("resources", Value::Null),
        ("resources", json!("arn:aws:sagemaker:::endpoint/e")),
        ("resources", json!([null, 5, "arn"])),
        ("version", json!(0)),
        ("account", json!(123_456_789_012_u64)),
        ("id", Value::Null),
        ("region", json!([])),
        ("of-tomorrow", json!({"any": "thing"})),
    ];
    for (field, value) in odd {
        let mut payload =
            json!({"detail-type": "T", "source": "aws.sagemaker", "detail": {"kept": 1}});
        payload[field] = value.clone();
        let read = event(payload);
        assert_eq!(read.detail, json!({"kept": 1}), "{field}: {value}");
        if field == "source" && value.is_array() {
            assert_eq!(read.source, "aws.sagemaker");
        }
    }
}

#[test]
fn a_person_may_wake_a_function_without_a_payload() {
    assert_eq!(event(json!({})).detail, Value::Null);
}

#[test]
fn one_odd_record_leaves_the_others_of_its_notification_readable() {
    let good = json!({
        "eventTime": "2026-11-12T00:00:00.000Z", "userIdentity": {"principalId": "p"},
        "requestParameters": {}, "responseElements": null,
        "s3": {"bucket": {"name": "b"}, "object": {"key": "incoming/a+b.csv", "size": 5}},
    });
    let odd = [
        Value::Null,
        json!("a text"),
        json!({"s3": null}),
        json!({"s3": {"bucket": [], "object": {"key": 5, "size": "large"}}}),
        json!({"eventTime": "yesterday", "s3": {"object": {"key": null}}}),
    ];
    for odd in odd {
        let notification: S3Event = read(json!({"Records": [good, odd, good]})).unwrap();
        let keys = notification
            .records
            .iter()
            .map(|record| record.s3.object.key.as_deref());
        let keys: Vec<_> = keys.collect();
        assert_eq!(
            keys,
            [Some("incoming/a+b.csv"), None, Some("incoming/a+b.csv")],
            "{odd}"
        );
    }
}

#[test]
fn a_custom_resource_is_read_if_it_can_be_answered() {
    let request =
        json!({"RequestType": "Delete", "ResponseURL": "https://x", "ResourceProperties": null});
    let read: CloudFormationCustomResourceRequest = read(request).unwrap();
    let CloudFormationCustomResourceRequest::Delete(delete) = read else {
        panic!("{read:?}")
    };
    assert_eq!(
        (delete.response_url.as_str(), delete.stack_id.as_str()),
        ("https://x", "")
    );
}

#[test]
fn a_payload_that_is_no_event_is_an_error_that_names_what_is_missing() {
    let error = read::<EventBridgeEvent>(json!({"texts": ["a"]})).unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        "read the event: missing field `detail-type`"
    );
}
