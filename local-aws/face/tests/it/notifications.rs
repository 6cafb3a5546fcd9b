//! From a function's outcome, and from a dead letter, to the messages of a topic.

use local_aws::{cloudwatch, sns};
use local_core::metrics::{self, Series};
use serde_json::json;

use crate::world::{Served, reopen, serve};

const TEMPLATE: &str = r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: told } }
  ToTopic:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement:
          Effect: Allow
          Principal: { Service: [events.amazonaws.com, cloudwatch.amazonaws.com] }
          Action: sns:Publish
          Resource: !Ref Topic
  ToRecords:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Records]
      PolicyDocument:
        Statement:
          Effect: Allow
          Principal: { Service: events.amazonaws.com }
          Action: sqs:SendMessage
          Resource: !GetAtt Records.Arn
  Mail:
    Type: AWS::SNS::Subscription
    Properties: { TopicArn: !Ref Topic, Protocol: email, Endpoint: someone@example.org }
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: f
      Runtime: provided.al2023
      Handler: bootstrap
      EventInvokeConfig:
        MaximumRetryAttempts: 0
        DestinationConfig:
          OnSuccess: { Type: EventBridge, Destination: !Sub "arn:aws:events:us-east-1:${AWS::AccountId}:event-bus/default" }
          OnFailure: { Type: SQS, Destination: !GetAtt Failed.Arn }
  Failed: { Type: AWS::SQS::Queue, Properties: { QueueName: failed } }
  Records: { Type: AWS::SQS::Queue, Properties: { QueueName: records } }
  Notices:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [lambda]
        detail-type: [Lambda Function Invocation Result - Success]
        detail:
          requestContext: { functionArn: [!Sub "${F.Arn}:$LATEST"] }
          responsePayload: { notice: [{ exists: true }] }
      Targets:
        - Id: topic
          Arn: !Ref Topic
          InputTransformer: { InputPathsMap: { notice: $.detail.responsePayload.notice }, InputTemplate: '"<notice>"' }
  All:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [lambda] }
      Targets: [{ Id: records, Arn: !GetAtt Records.Arn }]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: dead-letters
      AlarmDescription: a function failed -> reviewloop redrive
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{ Name: QueueName, Value: !GetAtt Failed.QueueName }]
      Statistic: Maximum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref Topic]
"#;

fn told(served: &Served) -> Vec<String> {
    let told = sns::published_after(&served.aws.cloud, 0).into_iter();
    told.map(|(_, published)| published.message).collect()
}

#[tokio::test]
async fn a_notice_of_an_outcome_is_told_and_nothing_else_of_the_invocation() {
    let served = serve(TEMPLATE).await;
    let silent = json!({ "texts": ["a review"] });
    let loud = json!({ "texts": ["a review"], "notice": "version 3 waits -> reviewloop model 3" });
    served.invoke("f", "Event", &silent).await;
    served.invoke("f", "Event", &loud).await;
    let records = served.messages("records", 2).await;
    let record: serde_json::Value =
        serde_json::from_str(records[0]["Body"].as_str().unwrap()).unwrap();
    assert_eq!(
        record["detail-type"],
        "Lambda Function Invocation Result - Success"
    );
    assert_eq!(record["detail"]["requestContext"]["condition"], "Success");
    assert_eq!(record["detail"]["requestPayload"]["texts"], silent["texts"]);
    served
        .until("the notice", async || !told(&served).is_empty())
        .await;
    assert_eq!(
        told(&served),
        [r#""version 3 waits -> reviewloop model 3""#]
    );
    // An answer to a caller who waits has no destination.
    served.invoke("f", "RequestResponse", &loud).await;
    served.invoke("f", "Event", &silent).await;
    served.messages("records", 1).await;
    assert_eq!(told(&served).len(), 1);
}

#[tokio::test]
async fn a_dead_letter_rings_its_alarm_once_and_across_a_restart() {
    let served = serve(TEMPLATE).await;
    cloudwatch::evaluate(&served.aws.cloud);
    assert_eq!(told(&served), [""; 0]);
    served.invoke("f", "Event", &json!({ "do": "fail" })).await;
    served
        .until("the dead letter's alarm", async || {
            cloudwatch::evaluate(&served.aws.cloud);
            !told(&served).is_empty()
        })
        .await;
    let message: serde_json::Value = serde_json::from_str(&told(&served)[0]).unwrap();
    assert_eq!(message["AlarmName"], "dead-letters");
    assert_eq!(message["NewStateValue"], "ALARM");
    assert_eq!(
        message["AlarmDescription"],
        "a function failed -> reviewloop redrive"
    );
    let served = reopen(served.stop().await).await;
    cloudwatch::evaluate(&served.aws.cloud);
    assert_eq!(told(&served).len(), 1);
    served.receive("failed").await;
    served.aws.cloud.world.advance(3600);
    cloudwatch::evaluate(&served.aws.cloud);
    assert_eq!(told(&served).len(), 1, "to calm is no message");
}

#[tokio::test]
async fn lines_of_the_embedded_metric_format_are_counted_once_beside_lambdas_own() {
    let served = serve(TEMPLATE).await;
    let line = json!({
        "_aws": { "Timestamp": 1, "CloudWatchMetrics": [{
            "Namespace": "Reviewloop", "Dimensions": [["FunctionName"]], "Metrics": [{ "Name": "Runs" }],
        }]},
        "FunctionName": "f", "Runs": 2,
    });
    for event in [
        json!({ "emf": line }),
        json!({ "emf": line }),
        json!({ "do": "fail" }),
    ] {
        served.invoke("f", "RequestResponse", &event).await;
    }
    let sum = |namespace: &str, name: &str| {
        let series = Series::new("us-east-1", namespace, name, &[("FunctionName", "f")]);
        let now = metrics::minute(served.aws.cloud.world.now());
        metrics::between(&served.aws.cloud, &series, now - 5, now + 1).map(|found| found.sum)
    };
    assert_eq!(sum("Reviewloop", "Runs"), Some(4.0));
    assert_eq!(sum("AWS/Lambda", "Invocations"), Some(3.0));
    assert_eq!(sum("AWS/Lambda", "Errors"), Some(1.0));
    assert_eq!(sum("AWS/Lambda", "Throttles"), None);
}
