//! Deployment of templates.

use std::time::Duration;

use local_aws::LocalAws;
use local_core::store::Table;
use serde_json::{Value, json};

use crate::world::{Served, body, reopen, reopen_with, serve, settings};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub '${AWS::StackName}-data'
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } }
  Undelivered: { Type: AWS::SQS::Queue, Properties: { QueueName: undelivered } }
  Failures: { Type: AWS::SQS::Queue, Properties: { QueueName: failures } }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }
      Policies:
        - PolicyName: failures
          PolicyDocument:
            Statement: { Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Failures.Arn }
  FromRules:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Undelivered]
      PolicyDocument:
        Statement:
          Effect: Allow
          Principal: { Service: events.amazonaws.com }
          Action: sqs:SendMessage
          Resource: !GetAtt Undelivered.Arn
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: ../functions/f/
      Timeout: 30
      Role: !GetAtt Role.Arn
      EventInvokeConfig:
        MaximumRetryAttempts: 0
        DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failures.Arn } }
      Events:
        Uploaded:
          Type: EventBridgeRule
          Properties:
            Pattern: { source: [aws.s3], detail: { bucket: { name: [!Ref Bucket] } } }
            DeadLetterConfig: { Arn: !GetAtt Undelivered.Arn }
        Hourly:
          Type: Schedule
          Properties: { Schedule: rate(1 hour), Input: '{\"do\":\"fail\",\"why\":\"schedule\"}' }
  Thing:
    Type: Custom::Thing
    Properties: { ServiceToken: !GetAtt F.Arn, Size: 3, Fail: false }
Outputs:
  Size: { Value: !GetAtt Thing.Size }
  How: { Value: !GetAtt Thing.RequestType }
  Id: { Value: !Ref Thing }
";

#[tokio::test]
async fn a_template_becomes_a_running_stack_and_stays_one() {
    let served = serve(TEMPLATE).await;
    let outputs = local_aws::stack::outputs(&served.aws.cloud);
    assert_eq!(
        outputs["Size"], "3",
        "a custom resource gets texts and answers data"
    );
    assert_eq!(
        (outputs["How"].as_str(), outputs["Id"].as_str()),
        ("Create", "made-by-test")
    );

    let mut woken = served.aws.cloud.journal.subscribe();
    local_aws::s3::put_bytes(&served.aws.cloud, "reviewloop-data", "a.csv", b"x").unwrap();
    let woken = woken.recv().await.unwrap();
    assert_eq!(
        (woken.detail_type.as_str(), woken.function.as_str()),
        ("Object Created", "f")
    );

    // The same again changes nothing, and does not ask for the custom resource again.
    let served = reopen(served.stop().await).await;
    assert_eq!(
        local_aws::stack::outputs(&served.aws.cloud)["How"],
        "Create"
    );
    let rules = served.call("AWSEvents.ListRules", json!({})).await.unwrap();
    assert_eq!(rules["Rules"][0]["Name"], "reviewloop-FUploaded");
}

#[tokio::test]
async fn a_changed_template_updates_what_changed_and_ends_what_is_gone() {
    let served = serve(TEMPLATE).await;
    let changed = TEMPLATE
        .replace("Size: 3", "Size: 4")
        .replace("Uploaded:", "Arrived:");
    std::fs::write(served.file("template.yaml"), changed).unwrap();
    let served = reopen(served.stop().await).await;
    let outputs = local_aws::stack::outputs(&served.aws.cloud);
    assert_eq!(
        (outputs["Size"].as_str(), outputs["How"].as_str()),
        ("4", "Update")
    );
    let rules = served.call("AWSEvents.ListRules", json!({})).await.unwrap();
    let names: Vec<_> = rules["Rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["Name"].clone())
        .collect();
    assert_eq!(names, ["reviewloop-FArrived"]);
}

/// The template, whose custom resource writes its requests to a file.
fn writing_to(requests: &tempfile::NamedTempFile) -> String {
    let path = requests.path().display();
    let properties = format!("Size: 3, Requests: '{path}', Id: one");
    TEMPLATE.replace("Size: 3", &properties)
}

/// The template in the place of the last one, once no invocation is under way: a start repeats those
/// that a stop interrupted.
async fn redeployed(served: Served, template: &str) -> Served {
    const QUEUED: Table<Value> = Table::new("lambda/queue");
    served
        .until("the end of every invocation", async || {
            let store = &served.aws.cloud.store;
            store.read(|tx| QUEUED.keys(tx).is_empty())
        })
        .await;
    std::fs::write(served.file("template.yaml"), template).unwrap();
    reopen(served.stop().await).await
}

fn lines(file: &tempfile::NamedTempFile) -> Vec<String> {
    let text = std::fs::read_to_string(file.path()).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_custom_resource_that_left_the_template_is_deleted_before_its_function() {
    let requests = tempfile::NamedTempFile::new().unwrap();
    let served = serve(&writing_to(&requests)).await;
    let served = redeployed(served, "Resources: {}").await;
    assert_eq!(lines(&requests), ["Create none", "Delete one"]);
    // Once; the next start knows nothing of it.
    redeployed(served, "Resources: {}").await.stop().await;
    assert_eq!(lines(&requests).len(), 2);
}

#[tokio::test]
async fn a_custom_resource_that_refuses_to_be_deleted_is_forgotten() {
    let requests = tempfile::NamedTempFile::new().unwrap();
    let template = writing_to(&requests).replace("Fail: false", "Fail: Delete");
    let served = serve(&template).await;
    let served = redeployed(served, "Resources: {}").await;
    assert_eq!(lines(&requests), ["Create none", "Delete one"]);
    redeployed(served, "Resources: {}").await.stop().await;
    assert_eq!(lines(&requests).len(), 2);
}

#[tokio::test]
async fn a_custom_resource_with_another_physical_id_replaces_the_old_one() {
    let requests = tempfile::NamedTempFile::new().unwrap();
    let template = writing_to(&requests);
    let served = serve(&template).await;
    let other = template.replace("Id: one", "Id: two");
    let served = redeployed(served, &other).await;
    assert_eq!(
        lines(&requests),
        ["Create none", "Update one", "Delete one"]
    );
    let outputs = local_aws::stack::outputs(&served.aws.cloud);
    assert_eq!(outputs["Id"], "two");
}

const PEOPLE: &str = "
Resources:
  Pool: { Type: AWS::Cognito::UserPool, Properties: { UserPoolName: one, UsernameAttributes: [email] } }
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: { ClientName: c, UserPoolId: !Ref Pool, GenerateSecret: false }
  Domain: { Type: AWS::Cognito::UserPoolDomain, Properties: { Domain: d, UserPoolId: !Ref Pool } }
Outputs:
  Pool: { Value: !Ref Pool }
  Client: { Value: !Ref Client }
";

#[tokio::test]
async fn a_changed_pool_keeps_its_id_and_a_client_with_another_secret_is_another() {
    let served = serve(PEOPLE).await;
    let before = local_aws::stack::outputs(&served.aws.cloud);
    let changed = PEOPLE.replace("one", "two");
    let changed = changed.replace("GenerateSecret: false", "GenerateSecret: true");
    let served = redeployed(served, &changed).await;
    let after = local_aws::stack::outputs(&served.aws.cloud);
    assert_eq!(after["Pool"], before["Pool"]);
    assert_ne!(after["Client"], before["Client"]);
    let idp = |operation: &str| format!("AWSCognitoIdentityProviderService.{operation}");
    let id = json!({ "UserPoolId": after["Pool"] });
    let pool = served.call(&idp("DescribeUserPool"), id.clone()).await;
    assert_eq!(pool.unwrap()["UserPool"]["Name"], "two");
    let clients = served.call(&idp("ListUserPoolClients"), id).await.unwrap();
    let clients = clients["UserPoolClients"].as_array().unwrap();
    assert_eq!(clients.len(), 1, "the one before is removed");
    assert_eq!(clients[0]["ClientId"], json!(after["Client"]));

    // The pool under another logical id is another pool, and a domain of a name is one pool's.
    let moved = changed
        .replace("Pool: {", "Other: {")
        .replace("!Ref Pool", "!Ref Other");
    let moved = moved
        .replace("Client:\n", "Next:\n")
        .replace("!Ref Client", "!Ref Next");
    std::fs::write(served.file("template.yaml"), moved).unwrap();
    let folder = served.stop().await;
    let error = LocalAws::start(settings(folder.path()))
        .await
        .err()
        .unwrap();
    let message = format!("{error:#}");
    assert!(
        message.contains("Rename d and update the stack again"),
        "{message}"
    );
}

#[tokio::test]
async fn a_schedule_wakes_its_function() {
    let folder = serve(TEMPLATE).await.stop().await;
    // Nobody waits an hour for a test; whoever says so gets schedules that run faster.
    let mut settings = settings(folder.path());
    settings.schedule_rate = Some(Duration::from_millis(20));
    let served = reopen_with(settings, folder).await;
    let mut woken = served.aws.cloud.journal.subscribe();
    let woken = woken.recv().await.unwrap();
    assert_eq!(
        (woken.source.as_str(), woken.detail_type.as_str()),
        ("aws.events", "Scheduled Event")
    );
    assert_eq!(woken.function, "f");
}

#[tokio::test]
async fn an_event_without_input_is_a_scheduled_event() {
    let template = TEMPLATE
        .replace(", Input: '{\"do\":\"fail\",\"why\":\"schedule\"}'", "")
        .replace("rate(1 hour)", "rate(1 day)");
    let folder = serve(&template).await.stop().await;
    let mut settings = settings(folder.path());
    settings.functions_dir = None;
    settings.schedule_rate = Some(Duration::from_millis(20));
    // Without binaries every event fails, and its record shows it.
    let served = reopen_with(settings, folder).await;
    let mut record = Value::Null;
    served
        .until("a scheduled event that failed", async || {
            // The custom resource's event may be among them: it was taken, and not yet settled.
            let records = served.receive("failures").await;
            let mut records = records.iter().map(body);
            let found =
                records.find(|record| record["requestPayload"]["detail-type"] == "Scheduled Event");
            found.map(|found| record = found).is_some()
        })
        .await;
    assert_eq!(
        record["requestPayload"]["resources"],
        json!(["arn:aws:events:us-east-1:123456789012:rule/reviewloop-FHourly"])
    );
    assert_eq!(
        record["responsePayload"]["errorType"],
        "Runtime.InvalidEntrypoint"
    );
}

#[tokio::test]
async fn what_cannot_be_deployed_is_told_with_its_name() {
    let table = [
        (
            "Fail: false",
            "Fail: true",
            "deploy Thing (Custom::Thing): f says: asked to fail",
        ),
        ("Fail: false", "Answer: false", "f ended without answering"),
        (
            "Type: AWS::IAM::Role",
            "Type: AWS::DynamoDB::Table",
            "AWS::DynamoDB::Table are not supported",
        ),
        ("rate(1 hour)", "cron(0 1 * * ? *)", "cron(0 1 * * ? *)"),
        ("source: [aws.s3]", "source: [{ regexp: x }]", "regexp"),
        (
            "BucketName:",
            "AccelerateConfiguration: {}\n      BucketName:",
            "AccelerateConfiguration",
        ),
        (
            "!GetAtt Undelivered.Arn",
            "!GetAtt Nobody.Arn",
            "!GetAtt Nobody.Arn refers to nothing",
        ),
    ];
    let folder = serve("Resources: {}").await.stop().await;
    for (from, to, expected) in table {
        assert!(TEMPLATE.contains(from), "{from}");
        std::fs::write(
            folder.path().join("template.yaml"),
            TEMPLATE.replace(from, to),
        )
        .unwrap();
        let error = LocalAws::start(settings(folder.path()))
            .await
            .err()
            .unwrap_or_else(|| panic!("{to} was deployed"));
        let message = format!("{error:#}");
        assert!(message.contains(expected), "{to}: {message}");
    }
}
