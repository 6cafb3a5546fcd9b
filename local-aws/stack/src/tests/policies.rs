//! Roles and policies of a template, and those that SAM generates.

use local_core::store::Table;
use local_iam::{self as iam, Role};
use serde_json::{Value, json};

use super::Stack;

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Failed: { Type: AWS::SQS::Queue, Properties: { QueueName: failed } }
  FailedPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Failed]
      PolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sqs:SendMessage, Resource: '*' }
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: ../functions/f/
      Tracing: Active
      Policies: [{ Statement: [{ Effect: Allow, Action: s3:GetObject, Resource: '*' }] }]
      EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failed.Arn } } }
      Events:
        Uploaded: { Type: EventBridgeRule, Properties: { Pattern: { source: [aws.s3] } } }
  Job:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: sagemaker.amazonaws.com }, Action: sts:AssumeRole }
";

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";
const QUEUE: &str = "arn:aws:sqs:us-east-1:123456789012:failed";

fn role(stack: &Stack, name: &str) -> Option<Role> {
    stack.cloud.store.read(|tx| Role::get(tx, name))
}

fn policy(stack: &Stack, resource: &str) -> Option<Value> {
    let found = stack
        .cloud
        .store
        .read(|tx| iam::resource_policy(tx, resource));
    found.map(|document| serde_json::from_str(&document).unwrap())
}

#[tokio::test]
async fn a_function_has_the_role_and_the_permission_that_sam_generates() {
    let stack = Stack::deployed(TEMPLATE).await;
    let role = role(&stack, "reviewloop-FRole").unwrap();
    let names: Vec<&str> = role
        .managed
        .iter()
        .filter_map(|arn| arn.rsplit('/').next())
        .collect();
    assert_eq!(
        names,
        ["AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"]
    );
    let policies: Vec<Value> = role
        .policies
        .values()
        .map(|document| serde_json::from_str::<Value>(document).unwrap()["Statement"][0].take())
        .collect();
    assert_eq!(
        policies,
        [
            json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }),
            json!({ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE }),
        ]
    );
    let statement = policy(&stack, FUNCTION).unwrap()["Statement"][0].take();
    assert_eq!(statement["Principal"]["Service"], "events.amazonaws.com");
    assert_eq!(
        statement["Condition"]["ArnLike"]["aws:SourceArn"],
        "arn:aws:events:us-east-1:123456789012:rule/reviewloop-FUploaded"
    );
    assert!(policy(&stack, QUEUE).is_some());
}

#[tokio::test]
async fn a_schedule_of_eventbridge_scheduler_invokes_in_a_role_of_its_own() {
    let scheduled = TEMPLATE.replace(
        "Uploaded: { Type: EventBridgeRule, Properties: { Pattern: { source: [aws.s3] } } }",
        "Daily: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 day) } }",
    );
    let stack = Stack::deployed(&scheduled).await;
    let of_schedule = role(&stack, "reviewloop-FDailyRole").unwrap();
    assert!(of_schedule.trust.contains("scheduler.amazonaws.com"));
    let policy = of_schedule.policies.values().next().unwrap();
    assert!(policy.contains("lambda:InvokeFunction") && policy.contains(FUNCTION));
    let schedules = Table::<Value>::new("scheduler/schedule");
    let schedules = stack.cloud.store.read(|tx| schedules.list_everywhere(tx));
    assert!(schedules[0].2.to_string().contains(&of_schedule.arn()));
    stack.deploy(TEMPLATE).await.unwrap();
    assert_eq!(role(&stack, "reviewloop-FDailyRole"), None);
}

#[tokio::test]
async fn a_role_that_a_client_made_is_not_taken_over() {
    let stack = Stack::empty();
    let name = "reviewloop-Job";
    let before = Role {
        name: name.to_owned(),
        created: stack.cloud.world.now(),
        trust: json!({ "Statement": {
            "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": "123456789012" },
        }})
        .to_string(),
        policies: [].into(),
        managed: Vec::new(),
    };
    let store = &stack.cloud.store;
    store.write(|tx| before.clone().put(tx)).unwrap();
    let refused = stack.deploy(TEMPLATE).await.unwrap_err();
    assert!(format!("{refused:#}").contains(name), "{refused:#}");
    assert_eq!(role(&stack, name), Some(before));
    store.update(|tx| Role::remove(tx, name));
    stack.deploy(TEMPLATE).await.unwrap();
}

#[tokio::test]
async fn a_start_makes_the_roles_that_an_earlier_local_aws_did_not_make_and_keeps_the_others() {
    const MANAGED: &str = "
  Reads:
    Type: AWS::IAM::ManagedPolicy
    Properties: { PolicyDocument: { Statement: { Effect: Allow, Action: s3:GetObject, Resource: '*' } } }
  Another:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [!Ref Reads]
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: sagemaker.amazonaws.com }, Action: sts:AssumeRole }
";
    let template = format!("{TEMPLATE}{MANAGED}");
    let stack = Stack::deployed(&template).await;
    let store = &stack.cloud.store;
    let mut changed = role(&stack, "reviewloop-Job").unwrap();
    changed.policies.insert("theirs".to_owned(), {
        json!({ "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } }).to_string()
    });
    store.write(|tx| changed.clone().put(tx)).unwrap();
    let managed = store.read(iam::managed_policies).remove(0).0;
    store.update(|tx| {
        Role::remove(tx, "reviewloop-Another");
        iam::remove_managed_policy(tx, &managed);
    });
    stack.deploy(&template).await.unwrap();
    let another = role(&stack, "reviewloop-Another").unwrap();
    assert_eq!(another.managed, [managed]);
    assert_eq!(role(&stack, "reviewloop-Job"), Some(changed));
}

#[tokio::test]
async fn roles_and_policies_that_left_the_template_are_gone() {
    let stack = Stack::deployed(TEMPLATE).await;
    assert!(role(&stack, "reviewloop-Job").is_some());
    stack.deploy("Resources: {}").await.unwrap();
    assert_eq!(role(&stack, "reviewloop-Job"), None);
    assert_eq!(role(&stack, "reviewloop-FRole"), None);
    assert_eq!(policy(&stack, FUNCTION), None);
    assert_eq!(policy(&stack, QUEUE), None);
}

#[tokio::test]
async fn a_policy_that_would_not_be_evaluated_is_refused_by_name() {
    let stack = Stack::deployed("Resources: {}").await;
    for (from, to, name) in [
        (
            "Action: s3:GetObject",
            "Action: s3:GetObject, Condition: { IpAddress: { a: b } }",
            "IpAddress",
        ),
        (
            "Policies: [{",
            "Policies: [{ S3ReadPolicy: {} }, {",
            "S3ReadPolicy",
        ),
        (
            "    Properties:\n      AssumeRole",
            "    Properties:\n      Path: /a/\n      AssumeRole",
            "Path",
        ),
        (
            "      Tracing: Active",
            "      PermissionsBoundary: arn:aws:iam::aws:policy/ReadOnlyAccess",
            "PermissionsBoundary",
        ),
    ] {
        assert!(TEMPLATE.contains(from), "{from}");
        let refused = stack.deploy(&TEMPLATE.replace(from, to)).await.unwrap_err();
        assert!(format!("{refused:#}").contains(name), "{refused:#}");
    }
}

#[tokio::test]
async fn a_function_is_refused_a_role_that_lambda_may_not_assume_and_has_none_of_sams_beside_its_own()
 {
    let own = "FunctionName: f\n      Role: !GetAtt Job.Arn";
    let untrusted = TEMPLATE.replace("FunctionName: f", own);
    let stack = Stack::deployed(TEMPLATE).await;
    let refused = stack.deploy(&untrusted).await.unwrap_err().to_string();
    assert!(refused.contains("cannot be assumed by Lambda"), "{refused}");
    assert!(role(&stack, "reviewloop-FRole").is_some());
    stack.deploy(TEMPLATE).await.unwrap();

    let trusted = untrusted.replace("sagemaker.amazonaws.com", "lambda.amazonaws.com");
    stack.deploy(&trusted).await.unwrap();
    assert_eq!(role(&stack, "reviewloop-FRole"), None);
    stack.deploy(TEMPLATE).await.unwrap();
    assert!(role(&stack, "reviewloop-FRole").is_some());
}

#[tokio::test]
async fn a_permission_and_those_of_the_functions_rules_stand_beside_each_other() {
    const MORE: &str = "
  May:
    Type: AWS::Lambda::Permission
    Properties: { Action: lambda:InvokeFunction, FunctionName: !Ref F, Principal: s3.amazonaws.com }
";
    let services = |stack: &Stack| -> Vec<Value> {
        let mut document = policy(stack, FUNCTION).unwrap();
        let statements = document["Statement"].as_array_mut().unwrap().iter_mut();
        statements
            .map(|statement| statement["Principal"]["Service"].take())
            .collect()
    };
    let both = format!("{TEMPLATE}{MORE}");
    let stack = Stack::deployed(&both).await;
    let (s3, events) = ("s3.amazonaws.com", "events.amazonaws.com");
    assert_eq!(services(&stack), [s3, events]);
    // Whatever is deployed anew.
    stack
        .deploy(&both.replace("Tracing: Active", "Tracing: PassThrough"))
        .await
        .unwrap();
    assert_eq!(services(&stack), [s3, events]);
    stack
        .deploy(&both.replace(s3, "sns.amazonaws.com"))
        .await
        .unwrap();
    assert_eq!(services(&stack), ["sns.amazonaws.com", events]);
    stack.deploy(TEMPLATE).await.unwrap();
    assert_eq!(services(&stack), [events]);
}

#[tokio::test]
async fn a_policy_that_speaks_of_another_resource_leaves_the_one_before() {
    let other = "  Other: { Type: AWS::SQS::Queue, Properties: { QueueName: other } }\n";
    let stack = Stack::deployed(&format!("{TEMPLATE}{other}")).await;
    assert!(policy(&stack, QUEUE).is_some());
    let moved = TEMPLATE.replace("Queues: [!Ref Failed]", "Queues: [!Ref Other]");
    stack.deploy(&format!("{moved}{other}")).await.unwrap();
    assert_eq!(policy(&stack, QUEUE), None);
    assert!(policy(&stack, &QUEUE.replace("failed", "other")).is_some());
}
