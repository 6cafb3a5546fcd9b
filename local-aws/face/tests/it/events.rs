//! EventBridge: rules that anybody adds, and what the bus makes of them.

use serde_json::{Value, json};

use crate::world::{Served, body, reopen, reopen_with, serve, settings};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: data
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: queue } }
  Undelivered: { Type: AWS::SQS::Queue, Properties: { QueueName: undelivered } }
  ToNobody: { Type: AWS::Lambda::Permission, Properties: {
    Action: lambda:InvokeFunction, FunctionName: nobody, Principal: events.amazonaws.com } }
  FromRules: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [!Ref Queue, !Ref Undelivered], PolicyDocument: {
    Statement: { Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sqs:SendMessage, Resource: '*' } } } }
";

const QUEUE_ARN: &str = "arn:aws:sqs:us-east-1:123456789012:queue";
const UNDELIVERED_ARN: &str = "arn:aws:sqs:us-east-1:123456789012:undelivered";

async fn put_rule(served: &Served, name: &str, pattern: Value, target: Value) {
    let rule = json!({ "Name": name, "EventPattern": pattern.to_string() });
    served.call("AWSEvents.PutRule", rule).await.unwrap();
    served
        .call(
            "AWSEvents.PutTargets",
            json!({ "Rule": name, "Targets": [target] }),
        )
        .await
        .unwrap();
}

fn put_object(served: &Served, key: &str) {
    local_aws::s3::put_bytes(&served.aws.cloud, "data", key, b"text").unwrap();
}

fn uploads() -> Value {
    json!({ "source": ["aws.s3"], "detail": { "object": { "key": [{ "prefix": "incoming/" }] } } })
}

#[tokio::test]
async fn an_upload_reaches_the_queue_of_a_rule_once() {
    let served = serve(TEMPLATE).await;
    put_rule(
        &served,
        "uploads",
        uploads(),
        json!({ "Id": "1", "Arn": QUEUE_ARN }),
    )
    .await;
    put_object(&served, "incoming/a.csv");
    put_object(&served, "elsewhere/b.csv");
    put_object(&served, "incoming/c.csv");

    let events: Vec<Value> = served.messages("queue", 2).await.iter().map(body).collect();
    let keys: Vec<&Value> = events
        .iter()
        .map(|event| &event["detail"]["object"]["key"])
        .collect();
    assert_eq!(keys, ["incoming/a.csv", "incoming/c.csv"]);
    let event = &events[0];
    assert_eq!(event["version"], "0");
    assert_eq!(event["detail-type"], "Object Created");
    assert_eq!(event["account"], "123456789012");
    assert_eq!(event["region"], "us-east-1");
    assert_eq!(event["resources"], json!(["arn:aws:s3:::data"]));
    assert!(
        event["id"].is_string() && event["time"].as_str().unwrap().ends_with('Z'),
        "{event}"
    );
}

#[tokio::test]
async fn rules_and_messages_survive_a_restart() {
    let served = serve(TEMPLATE).await;
    put_rule(
        &served,
        "uploads",
        uploads(),
        json!({ "Id": "1", "Arn": QUEUE_ARN }),
    )
    .await;
    put_object(&served, "incoming/before.csv");
    let served = reopen(served.stop().await).await;
    put_object(&served, "incoming/after.csv");
    let keys: Vec<Value> = served
        .messages("queue", 2)
        .await
        .iter()
        .map(|message| body(message)["detail"]["object"]["key"].clone())
        .collect();
    assert_eq!(keys, ["incoming/before.csv", "incoming/after.csv"]);
}

#[tokio::test]
async fn what_cannot_be_delivered_goes_to_the_rule_s_dead_letter_queue() {
    let served = serve(TEMPLATE).await;
    let function = "arn:aws:lambda:us-east-1:123456789012:function:nobody";
    put_rule(
        &served,
        "uploads",
        uploads(),
        json!({ "Id": "1", "Arn": function, "DeadLetterConfig": { "Arn": UNDELIVERED_ARN } }),
    )
    .await;
    put_object(&served, "incoming/a.csv");
    let message = &served.messages("undelivered", 1).await[0];
    assert_eq!(body(message)["detail"]["object"]["key"], "incoming/a.csv");
    assert_eq!(
        message["MessageAttributes"]["TARGET_ARN"]["StringValue"],
        function
    );
    assert_eq!(
        message["MessageAttributes"]["ERROR_CODE"]["StringValue"],
        "ResourceNotFoundException"
    );
}

#[tokio::test]
async fn with_a_seed_every_event_arrives_some_twice_and_some_after_later_ones() {
    const EVENTS: usize = 30;
    let folder = serve(TEMPLATE).await.stop().await;
    let mut settings = settings(folder.path());
    settings.unordered_delivery = Some(7);
    let served = reopen_with(settings, folder).await;
    let target = json!({ "Id": "1", "Arn": QUEUE_ARN });
    put_rule(&served, "uploads", uploads(), target).await;
    for number in 0..EVENTS {
        put_object(&served, &format!("incoming/{number:02}.csv"));
    }
    let mut keys: Vec<String> = Vec::new();
    served
        .until("every event", async || {
            keys.extend(served.receive("queue").await.iter().map(|message| {
                let key = &body(message)["detail"]["object"]["key"];
                key.as_str().unwrap().to_owned()
            }));
            let different: std::collections::BTreeSet<&String> = keys.iter().collect();
            different.len() == EVENTS && keys.len() > EVENTS
        })
        .await;
    assert!(!keys.is_sorted(), "{keys:?}");
}

#[tokio::test]
async fn a_disabled_rule_and_a_removed_target_get_nothing() {
    let served = serve(TEMPLATE).await;
    put_rule(
        &served,
        "first",
        uploads(),
        json!({ "Id": "1", "Arn": QUEUE_ARN, "Input": "\"first\"" }),
    )
    .await;
    put_rule(
        &served,
        "second",
        uploads(),
        json!({ "Id": "1", "Arn": QUEUE_ARN, "Input": "\"second\"" }),
    )
    .await;
    served
        .call("AWSEvents.DisableRule", json!({ "Name": "first" }))
        .await
        .unwrap();
    put_object(&served, "incoming/a.csv");
    assert_eq!(served.messages("queue", 1).await[0]["Body"], "\"second\"");

    let refused = served
        .call("AWSEvents.DeleteRule", json!({ "Name": "second" }))
        .await
        .unwrap_err();
    assert_eq!(refused["__type"], "ValidationException");
    served
        .call(
            "AWSEvents.RemoveTargets",
            json!({ "Rule": "second", "Ids": ["1"] }),
        )
        .await
        .unwrap();
    served
        .call("AWSEvents.DeleteRule", json!({ "Name": "second" }))
        .await
        .unwrap();
    served
        .call("AWSEvents.EnableRule", json!({ "Name": "first" }))
        .await
        .unwrap();
    put_object(&served, "incoming/b.csv");
    assert_eq!(served.messages("queue", 1).await[0]["Body"], "\"first\"");
    let rules = served.call("AWSEvents.ListRules", json!({})).await.unwrap();
    assert_eq!(rules["Rules"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn put_events_takes_custom_sources_and_refuses_aws_s_own() {
    let served = serve(TEMPLATE).await;
    put_rule(
        &served,
        "mine",
        json!({ "source": ["my.app"] }),
        json!({ "Id": "1", "Arn": QUEUE_ARN }),
    )
    .await;
    let entry =
        |source: &str| json!({ "Source": source, "DetailType": "Told", "Detail": "{\"n\":1}" });
    let answer = served
        .call(
            "AWSEvents.PutEvents",
            json!({ "Entries": [entry("aws.sagemaker"), entry("my.app")] }),
        )
        .await
        .unwrap();
    assert_eq!(answer["FailedEntryCount"], 1);
    assert_eq!(
        answer["Entries"][0]["ErrorCode"],
        "NotAuthorizedForSourceException"
    );
    let event = body(&served.messages("queue", 1).await[0]);
    assert_eq!(
        (&event["source"], &event["detail"]),
        (&json!("my.app"), &json!({ "n": 1 }))
    );
}

#[tokio::test]
async fn what_is_not_honoured_is_refused_by_name() {
    let served = serve(TEMPLATE).await;
    let table = [
        (
            "PutRule",
            json!({ "Name": "r", "ScheduleExpression": "rate(1 minute)" }),
            "ScheduleExpression",
        ),
        (
            "PutRule",
            json!({ "Name": "r", "EventPattern": "{\"source\":[{\"regexp\":\"x\"}]}" }),
            "regexp",
        ),
        (
            "PutRule",
            json!({ "Name": "r", "EventPattern": "{\"source\":[\"x\"]}", "EventBusName": "other" }),
            "other",
        ),
        (
            "PutTargets",
            json!({ "Rule": "r", "Targets": [{ "Id": "1", "Arn": QUEUE_ARN, "InputPath": "$.detail" }] }),
            "InputPath",
        ),
        (
            "PutTargets",
            json!({ "Rule": "r", "Targets": [{ "Id": "1", "Arn": "arn:aws:states:us-east-1:123456789012:t" }] }),
            "arn:aws:states",
        ),
        ("CreateEventBus", json!({ "Name": "b" }), "CreateEventBus"),
        (
            "PutRule",
            json!({ "Name": "a rule", "EventPattern": "{\"source\":[\"x\"]}" }),
            "'name' failed to satisfy constraint",
        ),
        (
            "PutTargets",
            json!({ "Rule": "r", "Targets": [{ "Id": "1", "Arn": QUEUE_ARN, "RetryPolicy": { "MaximumRetryAttempts": 186 } }] }),
            "less than or equal to 185",
        ),
    ];
    for (operation, members, expected) in table {
        let error = served
            .call(&format!("AWSEvents.{operation}"), members)
            .await
            .expect_err(expected);
        assert!(
            error["message"].as_str().unwrap().contains(expected),
            "{error}"
        );
    }
    let event = json!({ "id": "1", "account": "1", "source": "x", "time": "t", "region": "r", "resources": [], "detail-type": "d" });
    let members = json!({ "EventPattern": "{\"source\":[\"x\"]}", "Event": event.to_string() });
    assert_eq!(
        served
            .call("AWSEvents.TestEventPattern", members)
            .await
            .unwrap()["Result"],
        true
    );
}

#[tokio::test]
async fn sqs_refuses_what_is_outside_of_its_limits() {
    let served = serve(TEMPLATE).await;
    let url = format!("{}/123456789012/queue", served.aws.endpoint_url);
    let queue = |name: &str, attribute: &str, value: &str| json!({ "QueueName": name, "Attributes": { attribute: value } });
    let send = |members: Value| {
        let mut all = json!({ "QueueUrl": url, "MessageBody": "text" });
        all.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        all
    };
    let receive = |member: &str, value: u64| json!({ "QueueUrl": url, member: value });
    let long = "x".repeat(81);
    let large = "x".repeat(1024 * 1024 + 1);
    let table = [
        (
            "CreateQueue",
            json!({ "QueueName": "" }),
            "InvalidParameterValue",
        ),
        (
            "CreateQueue",
            json!({ "QueueName": "a/b" }),
            "InvalidParameterValue",
        ),
        (
            "CreateQueue",
            json!({ "QueueName": "../x" }),
            "InvalidParameterValue",
        ),
        (
            "CreateQueue",
            json!({ "QueueName": long }),
            "InvalidParameterValue",
        ),
        (
            "CreateQueue",
            queue("q", "VisibilityTimeout", "4294967295"),
            "InvalidAttributeValue",
        ),
        (
            "CreateQueue",
            queue("q", "VisibilityTimeout", "soon"),
            "InvalidAttributeValue",
        ),
        (
            "CreateQueue",
            queue("q", "MessageRetentionPeriod", "0"),
            "InvalidAttributeValue",
        ),
        (
            "CreateQueue",
            json!({ "QueueName": "q", "tags": { "a": "b" } }),
            "ValidationException",
        ),
        (
            "SendMessage",
            send(json!({ "DelaySeconds": 901 })),
            "InvalidParameterValue",
        ),
        (
            "SendMessage",
            send(json!({ "MessageBody": "" })),
            "MissingParameter",
        ),
        (
            "SendMessage",
            send(json!({ "MessageBody": large })),
            "InvalidParameterValue",
        ),
        (
            "SendMessage",
            send(json!({ "MessageBody": "a\u{0}b" })),
            "InvalidMessageContents",
        ),
        (
            "ReceiveMessage",
            receive("WaitTimeSeconds", 4_294_967_295),
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            receive("VisibilityTimeout", 43_201),
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            receive("MaxNumberOfMessages", 11),
            "InvalidParameterValue",
        ),
    ];
    for (operation, members, expected) in table {
        let error = served
            .call(&format!("AmazonSQS.{operation}"), members)
            .await
            .expect_err(expected);
        assert_eq!(error["__type"], expected, "{operation}: {error}");
    }
    let largest = "x".repeat(1024 * 1024);
    served
        .call(
            "AmazonSQS.SendMessage",
            send(json!({ "MessageBody": largest })),
        )
        .await
        .unwrap();
}
