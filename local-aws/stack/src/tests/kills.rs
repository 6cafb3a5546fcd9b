//! A deployment that ends between any two of its commits, as a process that is killed there.

use std::path::Path;
use std::task::{Context, Waker};

use sam::{Parameters, Pseudo, Template};
use tempfile::TempDir;

use super::{STORAGE, Stack};
use crate::{Status, delete};

/// Templates and what an update changes in them: names, which replaces, and what is changed in place. Together they
/// have a resource of each kind that needs no function that runs; tests/it/life.rs of local-aws has custom resources.
const STORIES: [(&str, &[Change], &[Change]); 3] = [
    (
        STORAGE,
        &[("waiting", "arrived"), ("data", EVENTS)],
        &[
            ("waiting", "waiting, VisibilityTimeout: 60"),
            ("data", EVENTS),
        ],
    ),
    (
        FUNCTION,
        &[
            ("FunctionName: f", "FunctionName: g"),
            ("uploaded,", "brought,"),
            ("hourly,", "daily,"),
        ],
        &[
            ("Uploaded:", "Brought:"),
            ("uploaded,", "brought,"),
            ("hourly,", "daily,"),
        ],
    ),
    (
        TOLD,
        &[("told", "written"), ("heard", "seen"), ("rings", "calls")],
        &[
            ("told", "told, DisplayName: d"),
            ("Id: t", "Id: u"),
            ("Threshold: 0", "Threshold: 1"),
        ],
    ),
];

/// From and to.
type Change = (&'static str, &'static str);

const EVENTS: &str = "data, NotificationConfiguration: { EventBridgeConfiguration: {} }";

const FUNCTION: &str = "
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: ../functions/f/
      Events:
        Uploaded: { Type: EventBridgeRule, Properties: { RuleName: uploaded, Pattern: { source: [a] } } }
        Hourly: { Type: Schedule, Properties: { Name: hourly, Schedule: rate(1 hour) } }
";

const TOLD: &str = "
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: told } }
  Rule:
    Type: AWS::Events::Rule
    Properties: { Name: heard, EventPattern: { source: [a] }, Targets: [{ Id: t, Arn: !Ref Topic }] }
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: a }, Action: sns:Publish, Resource: !Ref Topic }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: rings
      Namespace: N
      MetricName: M
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [!Ref Topic]
";

fn templates() -> impl Iterator<Item = &'static str> {
    STORIES.into_iter().map(|(template, ..)| template)
}

/// Each template, and it after each of its changes.
fn updates() -> impl Iterator<Item = (&'static str, String)> {
    STORIES
        .into_iter()
        .flat_map(|(template, replacing, in_place)| {
            [replacing, in_place].map(|changes| (template, changed(template, changes)))
        })
}

fn changed(template: &str, changes: &[Change]) -> String {
    let mut changed = template.to_owned();
    for (from, to) in changes {
        assert!(changed.contains(from), "{from}");
        changed = changed.replace(from, to);
    }
    changed
}

/// The template with a resource that SQS refuses, after the others.
fn failing(template: &str) -> String {
    let template = template.replace("Retain", "RetainExceptOnCreate");
    let resources = Template::parse(&template).unwrap();
    let plan = resources.plan(&Parameters::new(), &Pseudo::default());
    let needs = plan.unwrap().order().join(", ");
    let wrong = "Properties: { VisibilityTimeout: 99999999 }";
    format!("{template}  Wrong: {{ Type: AWS::SQS::Queue, DependsOn: [{needs}], {wrong} }}\n")
}

/// What a deployment of the template leaves that nothing disturbs.
async fn undisturbed(template: &str) -> Vec<String> {
    Stack::deployed(template).await.documents()
}

/// Kills the deployment of each template at every place; after `ends` there must be what is expected.
async fn at_every_place(
    before: Option<&str>,
    killed: &str,
    expected: &[String],
    ends: impl AsyncFn(&Stack),
) {
    let prepared = Stack::empty();
    if let Some(before) = before {
        prepared.deploy(before).await.unwrap();
    }
    let prepared = prepared.closed();
    for steps in 0.. {
        let stack = Stack::opened(copy(prepared.path()), |_| {});
        let has_ended = stack.ends_within(killed, steps);
        ends(&stack).await;
        assert_eq!(stack.documents(), expected, "killed at step {steps}");
        if has_ended {
            assert!(steps > 2, "only {steps} places to be killed at");
            return;
        }
    }
}

fn copy(folder: &Path) -> TempDir {
    let copied = tempfile::tempdir().unwrap();
    copy_into(folder, copied.path());
    copied
}

fn copy_into(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let from = entry.unwrap().path();
        let to = to.join(from.file_name().unwrap());
        if from.is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy_into(&from, &to);
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
    }
}

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_goes_on_and_tells_each_event_once() {
    for template in templates() {
        let undisturbed = Stack::deployed(template).await;
        let (told, expected) = (undisturbed.told(), undisturbed.documents());
        at_every_place(None, template, &expected, async |stack| {
            stack.deploy(template).await.unwrap();
            assert_eq!(stack.status(), Status::CreateComplete);
            assert_eq!(stack.told(), told);
        })
        .await;
    }
}

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_goes_on_with_another_template() {
    for (template, changed) in updates() {
        let expected = undisturbed(&changed).await;
        at_every_place(None, template, &expected, async |stack| {
            stack.deploy(&changed).await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_is_deleted_without_an_orphan() {
    for template in templates() {
        let template = template.replace("DeletionPolicy: Retain,", "");
        at_every_place(None, &template, &[], async |stack| {
            delete(&stack.cloud).await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn a_creation_that_fails_and_is_killed_anywhere_leaves_nothing() {
    for template in templates() {
        let failing = failing(template);
        at_every_place(None, &failing, &[], async |stack| {
            stack.deploy(&failing).await.unwrap_err();
            assert_eq!(stack.status(), Status::RollbackComplete);
        })
        .await;
    }
}

#[tokio::test]
async fn an_update_that_is_killed_anywhere_goes_on() {
    for (template, changed) in updates() {
        let expected = undisturbed(&changed).await;
        at_every_place(Some(template), &changed, &expected, async |stack| {
            stack.deploy(&changed).await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn an_update_that_is_killed_anywhere_goes_back() {
    for (template, changed) in updates() {
        let expected = undisturbed(template).await;
        at_every_place(Some(template), &changed, &expected, async |stack| {
            stack.deploy(template).await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn an_update_that_is_killed_anywhere_is_deleted_without_an_orphan() {
    for (template, changed) in updates() {
        let [template, changed] =
            [template, &changed].map(|it| it.replace("DeletionPolicy: Retain,", ""));
        at_every_place(Some(&template), &changed, &[], async |stack| {
            delete(&stack.cloud).await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn an_update_that_fails_and_is_killed_anywhere_goes_back() {
    for (template, changed) in updates() {
        let failing = failing(&changed);
        let expected = undisturbed(template).await;
        at_every_place(Some(template), &failing, &expected, async |stack| {
            stack.deploy(&failing).await.unwrap_err();
            assert_eq!(stack.status(), Status::UpdateRollbackComplete);
        })
        .await;
    }
}

#[tokio::test]
async fn a_deletion_that_is_killed_anywhere_ends() {
    for template in templates() {
        let kept = template.contains("Retain").then_some("s3/bucket kept");
        let prepared = Stack::deployed(template).await.closed();
        for steps in 0.. {
            let stack = Stack::opened(copy(prepared.path()), |_| {});
            let mut deletion = Box::pin(delete(&stack.cloud));
            let mut context = Context::from_waker(Waker::noop());
            let has_ended = (0..=steps).any(|_| deletion.as_mut().poll(&mut context).is_ready());
            drop(deletion);
            delete(&stack.cloud).await.unwrap();
            assert_eq!(stack.status(), Status::DeleteComplete);
            let left: Vec<&str> = kept.into_iter().collect();
            assert_eq!(stack.documents(), left, "killed at step {steps}");
            if has_ended {
                break;
            }
        }
    }
}
