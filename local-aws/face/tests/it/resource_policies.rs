//! What the policy of a queue, a topic or a role lets a service do.

use local_aws::iam::Role;
use local_aws::{cloudwatch, sns};
use serde_json::{Value, json};

use crate::world::{Served, serve};

const TEMPLATE: &str = "
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: told } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: queue } }
  Undelivered: { Type: AWS::SQS::Queue, Properties: { QueueName: undelivered } }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: rings
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{ Name: QueueName, Value: queue }]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: LessThanOrEqualToThreshold
      AlarmActions: [!Ref Topic]
";

const QUEUE: &str = "arn:aws:sqs:us-east-1:123456789012:queue";

/// Puts a rule for events of this source and sends one; answers when its delivery has been tried.
async fn deliver(served: &Served, source: &str, target: Value) {
    let undelivered = json!({ "Arn": QUEUE.replace("queue", "undelivered") });
    let mut target = target;
    target["Id"] = json!("t");
    target["DeadLetterConfig"] = undelivered;
    let pattern = json!({ "source": [source] }).to_string();
    let rule = json!({ "Name": source, "EventPattern": pattern });
    served.call("AWSEvents.PutRule", rule).await.unwrap();
    let targets = json!({ "Rule": source, "Targets": [target] });
    served.call("AWSEvents.PutTargets", targets).await.unwrap();
    let entry = json!({ "Source": source, "DetailType": "d", "Detail": "{}" });
    let put = served.call("AWSEvents.PutEvents", json!({ "Entries": [entry] }));
    put.await.unwrap();
    let store = &served.aws.cloud.store;
    served
        .until("the event's delivery", async || {
            store.read(|tx| tx.pending_events(1)).is_empty()
        })
        .await;
}

async fn set_policy(served: &Served, queue: &str, document: &str) {
    let members = json!({ "QueueUrl": queue, "Attributes": { "Policy": document } });
    let set = served.call("AmazonSQS.SetQueueAttributes", members).await;
    set.unwrap();
}

fn from_rules() -> String {
    json!({ "Statement": {
        "Effect": "Allow", "Principal": { "Service": "events.amazonaws.com" },
        "Action": "sqs:SendMessage", "Resource": "*",
    }})
    .to_string()
}

#[tokio::test]
async fn a_queues_policy_that_the_api_set_decides_and_is_told() {
    let served = serve(TEMPLATE).await;
    deliver(&served, "denied", json!({ "Arn": QUEUE })).await;
    assert_eq!(served.receive("queue").await, [] as [Value; 0]);
    set_policy(&served, "queue", &from_rules()).await;
    let named = json!({ "QueueUrl": "queue", "AttributeNames": ["Policy"] });
    let told = served
        .call("AmazonSQS.GetQueueAttributes", named.clone())
        .await;
    assert_eq!(told.unwrap()["Attributes"]["Policy"], from_rules());
    deliver(&served, "allowed", json!({ "Arn": QUEUE })).await;
    served.messages("queue", 1).await;

    set_policy(&served, "queue", "").await;
    let told = served.call("AmazonSQS.GetQueueAttributes", named).await;
    assert_eq!(told.unwrap()["Attributes"], json!({}));
    deliver(&served, "denied-again", json!({ "Arn": QUEUE })).await;
    assert_eq!(served.receive("queue").await, [] as [Value; 0]);

    let other = json!({ "Statement": { "Effect": "Allow", "Action": "*", "NotResource": "*" } });
    let members = json!({ "QueueUrl": "queue", "Attributes": { "Policy": other.to_string() } });
    let refused = served.call("AmazonSQS.SetQueueAttributes", members).await;
    assert!(refused.unwrap_err().to_string().contains("NotResource"));
}

#[tokio::test]
async fn a_queue_that_is_there_keeps_its_policy_and_is_not_made_again_with_another() {
    let served = serve(TEMPLATE).await;
    set_policy(&served, "queue", &from_rules()).await;
    let create = async |policy: &str| {
        let members = json!({ "QueueName": "queue", "Attributes": { "Policy": policy } });
        served.call("AmazonSQS.CreateQueue", members).await
    };
    create(&from_rules()).await.unwrap();
    let other = from_rules().replace("events.amazonaws.com", "sns.amazonaws.com");
    let refused = create(&other).await.unwrap_err().to_string();
    assert!(refused.contains("already exists"), "{refused}");
    deliver(&served, "allowed", json!({ "Arn": QUEUE })).await;
    served.messages("queue", 1).await;
}

#[tokio::test]
async fn a_deleted_queue_takes_its_policy_along() {
    let served = serve(TEMPLATE).await;
    set_policy(&served, "queue", &from_rules()).await;
    let url = json!({ "QueueUrl": "queue" });
    served.call("AmazonSQS.DeleteQueue", url).await.unwrap();
    let again = json!({ "QueueName": "queue" });
    served.call("AmazonSQS.CreateQueue", again).await.unwrap();
    deliver(&served, "denied", json!({ "Arn": QUEUE })).await;
    assert_eq!(served.receive("queue").await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_topic_to_which_no_policy_was_given_takes_alarms_and_no_rules() {
    let served = serve(TEMPLATE).await;
    set_policy(&served, "undelivered", &from_rules()).await;
    let topic = "arn:aws:sns:us-east-1:123456789012:told";
    deliver(&served, "denied", json!({ "Arn": topic })).await;
    served.messages("undelivered", 1).await;
    assert_eq!(sns::published_after(&served.aws.cloud, 0).len(), 0);
    cloudwatch::evaluate(&served.aws.cloud);
    assert_eq!(sns::published_after(&served.aws.cloud, 0).len(), 1);
}

#[tokio::test]
async fn a_rule_delivers_in_a_role_that_it_may_assume() {
    let served = serve(TEMPLATE).await;
    for (name, service) in [("one", "events"), ("other", "sagemaker")] {
        let trust = json!({ "Statement": {
            "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": { "Service": format!("{service}.amazonaws.com") },
        }});
        let all = json!({ "Statement": { "Effect": "Allow", "Action": "sqs:*", "Resource": "*" } });
        let role = Role {
            name: name.to_owned(),
            created: served.aws.cloud.world.now(),
            trust: trust.to_string(),
            policies: [("all".to_owned(), all.to_string())].into(),
            managed: Vec::new(),
        };
        let arn = role.arn();
        served.aws.cloud.store.write(|tx| role.put(tx)).unwrap();
        deliver(&served, name, json!({ "Arn": QUEUE, "RoleArn": arn })).await;
    }
    served.messages("queue", 1).await;
    served.messages("undelivered", 1).await;
}
