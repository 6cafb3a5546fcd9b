//! Deployments over one state, without functions that run.

mod beside;
mod data;
mod feature_groups;
mod kills;
mod leftovers;
mod life;
mod policies;
mod unasked;

use std::sync::Arc;
use std::task::{Context, Waker};

use local_core::wire::{Api, AwsError, Table, apis, constraints, table};
use local_core::{Cloud, Principal, Settings, authorization, targets};
use sam::{Pseudo, Template};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::row::Row;
use super::{Status, outputs, start, without_effect};

pub struct Stack {
    pub cloud: Arc<Cloud>,
    folder: TempDir,
}

impl Stack {
    pub async fn deployed(template: &str) -> Self {
        let stack = Self::empty();
        stack.deploy(template).await.unwrap();
        stack
    }

    pub fn empty() -> Self {
        Self::opened(tempfile::tempdir().unwrap(), |_| {})
    }

    /// The folder under these settings.
    pub fn opened(folder: TempDir, configure: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::new(folder.path().join("state"));
        settings.template = Some(folder.path().join("template.yaml"));
        configure(&mut settings);
        let cloud = Arc::new(Cloud::open(settings).unwrap());
        let mut parts = local_messages::parts();
        parts.extend([
            local_lambda::part(),
            local_feature_store::part(),
            local_glue::part(),
            local_athena::part(),
            local_sagemaker::part(),
            super::part(),
        ]);
        constraints::set(
            &cloud,
            parts.iter().flat_map(|part| part.constraints.clone()),
        );
        let authority = local_iam::part().authority.expect("IAM answers");
        authorization::set(&cloud, authority);
        let taken = parts.iter_mut().flat_map(|part| part.targets.drain(..));
        targets::set(&cloud, taken.collect());
        let operations = parts.into_iter().flat_map(|part| part.operations);
        Table::new(operations.collect()).set(&cloud);
        Self { cloud, folder }
    }

    /// The process ends.
    pub fn closed(self) -> TempDir {
        self.folder
    }

    pub fn write(&self, template: &str) {
        std::fs::write(self.folder.path().join("template.yaml"), template).unwrap();
    }

    pub async fn deploy(&self, template: &str) -> anyhow::Result<()> {
        self.write(template);
        start(&self.cloud).await
    }

    pub async fn call(&self, api: Api, operation: &str, members: Value) -> Result<Value, AwsError> {
        let caller = ("us-east-1", Principal::user());
        table::call(&self.cloud, api, operation, caller, &members).await
    }

    pub async fn has_queue(&self, name: &str) -> bool {
        let members = json!({ "QueueName": name });
        self.call(apis::SQS, "GetQueueUrl", members).await.is_ok()
    }

    pub async fn queue_attributes(&self, name: &str) -> Value {
        let named = json!({ "QueueName": name });
        let url = self.call(apis::SQS, "GetQueueUrl", named).await.unwrap();
        let asked = json!({ "QueueUrl": url["QueueUrl"], "AttributeNames": ["All"] });
        let found = self.call(apis::SQS, "GetQueueAttributes", asked).await;
        found.unwrap()["Attributes"].take()
    }

    /// The events, by resource and status.
    pub fn told(&self) -> Vec<(String, Status)> {
        let events = super::events(&self.cloud).into_iter();
        events
            .map(|event| (event.logical_id, event.status))
            .collect()
    }

    /// The names of EventBridge's rules.
    pub async fn rules(&self) -> Vec<Value> {
        let rules = self.call(apis::EVENTBRIDGE, "ListRules", json!({})).await;
        let rules = rules.unwrap()["Rules"].take();
        let rules = rules.as_array().into_iter().flatten();
        rules.map(|rule| rule["Name"].clone()).collect()
    }

    pub fn has_bucket(&self, name: &str) -> bool {
        local_s3::list_prefix(&self.cloud, name, "").is_ok()
    }

    pub fn status(&self) -> Status {
        super::describe(&self.cloud).unwrap().status
    }

    pub fn functions(&self) -> Vec<String> {
        let functions = self
            .cloud
            .store
            .read(|tx| local_lambda::functions(tx, "us-east-1"));
        functions
            .into_iter()
            .map(|function| function.name)
            .collect()
    }

    pub fn rows(&self) -> Vec<String> {
        Row::deployed(&self.cloud).into_keys().collect()
    }

    /// Kind and name of every document but the stack's own; of what is due, without the moment.
    pub fn documents(&self) -> Vec<String> {
        let all = self.cloud.store.read(|tx| tx.all_names()).into_iter();
        all.filter(|[kind, ..]| !kind.starts_with("stack/"))
            .map(|[kind, _, name]| match name.split_once('-') {
                Some((_, due)) if kind.ends_with("/due") => format!("{kind} {due}"),
                _ => format!("{kind} {name}"),
            })
            .collect()
    }

    /// Drops a deployment of the template after this many of its steps; answers whether it had ended.
    pub fn ends_within(&self, template: &str, steps: usize) -> bool {
        self.write(template);
        let mut deployment = Box::pin(start(&self.cloud));
        let mut context = Context::from_waker(Waker::noop());
        (0..=steps).any(|_| deployment.as_mut().poll(&mut context).is_ready())
    }
}

const STORAGE: &str = "
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: waiting } }
  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: data } }
  Kept: { Type: AWS::S3::Bucket, DeletionPolicy: Retain, Properties: { BucketName: kept } }
";

#[tokio::test]
async fn a_resource_that_left_the_template_is_removed_unless_it_is_retained() {
    let stack = Stack::deployed(STORAGE).await;
    assert!(stack.has_queue("waiting").await && stack.has_bucket("data"));
    stack.deploy("Resources: {}").await.unwrap();
    assert!(!stack.has_queue("waiting").await && !stack.has_bucket("data"));
    assert!(stack.has_bucket("kept"));
    assert_eq!(stack.rows(), [""; 0]);
    assert_eq!(stack.status(), Status::UpdateComplete);
}

#[tokio::test]
async fn a_bucket_with_objects_that_left_the_template_stays() {
    let stack = Stack::deployed(STORAGE).await;
    local_s3::put_bytes(&stack.cloud, "data", "a.csv", b"x").unwrap();
    stack.deploy("Resources: {}").await.unwrap();
    let bytes = local_s3::get_bytes(&stack.cloud, "data", "a.csv").unwrap();
    assert_eq!(bytes, b"x");
}

#[tokio::test]
async fn a_resource_that_another_replaces_is_removed() {
    let stack = Stack::deployed(STORAGE).await;
    let renamed = STORAGE.replace("waiting", "arrived");
    stack.deploy(&renamed).await.unwrap();
    assert!(stack.has_queue("arrived").await && !stack.has_queue("waiting").await);
    assert_eq!(stack.rows(), ["Bucket", "Kept", "Queue"]);
}

#[tokio::test]
async fn a_resource_under_another_logical_id_is_refused_as_cloudformation_does() {
    let stack = Stack::deployed(&format!("{STORAGE}{FUNCTION_RESOURCE}")).await;
    for (from, to, name) in [
        ("Queue: {", "Line: {", "waiting"),
        ("Bucket: {", "Box: {", "data"),
        ("  F:\n", "  G:\n", "'f'"),
    ] {
        let moved = format!("{STORAGE}{FUNCTION_RESOURCE}").replacen(from, to, 1);
        let refused = stack.deploy(&moved).await.unwrap_err().to_string();
        assert!(refused.contains(name), "{refused}");
        assert!(
            refused.ends_with("rolled back: UPDATE_ROLLBACK_COMPLETE"),
            "{refused}"
        );
        assert_eq!(stack.rows(), ["Bucket", "F", "Kept", "Queue"]);
        assert!(stack.has_queue("waiting").await && stack.has_bucket("data"));
    }
}

#[tokio::test]
async fn a_topic_an_alarm_or_a_rule_under_another_logical_id_is_refused_and_stays() {
    const TOLD: &str = "Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: told } }
  Rule: { Type: AWS::Events::Rule, Properties: { Name: heard, EventPattern: { source: [a] } } }
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
";
    let stack = Stack::deployed(TOLD).await;
    let there = || {
        stack.cloud.store.read(|tx| {
            let region = &stack.cloud.settings.region;
            [
                local_messages::sns::has_topic(tx, region, "told"),
                local_messages::events::Rule::find(tx, region, "heard").is_ok(),
                local_cloudwatch::state_of(tx, region, "rings").is_some(),
            ]
        })
    };
    for (from, name) in [
        ("  Topic:", "told"),
        ("  Rule:", "heard"),
        ("  Alarm:", "rings"),
    ] {
        let moved = TOLD.replacen(from, "  Moved:", 1);
        let refused = stack.deploy(&moved).await.unwrap_err().to_string();
        let taken = format!("with identifier '{name}' already exists.");
        assert!(refused.contains(&taken), "{refused}");
        assert_eq!(there(), [true; 3], "after {name} moved");
    }
}

#[tokio::test]
async fn a_changed_queue_has_the_templates_attributes_and_what_left_goes_back_to_the_default() {
    let with = |attributes: &str| STORAGE.replace("waiting", &format!("waiting, {attributes}"));
    let stack = Stack::deployed(&with("VisibilityTimeout: 60")).await;
    let attributes = async || {
        let all = stack.queue_attributes("waiting").await;
        ["VisibilityTimeout", "MessageRetentionPeriod"].map(|name| all[name].clone())
    };
    assert_eq!(attributes().await, ["60", "345600"]);
    stack
        .deploy(&with("VisibilityTimeout: 90, MessageRetentionPeriod: 60"))
        .await
        .unwrap();
    assert_eq!(attributes().await, ["90", "60"]);
    stack.deploy(STORAGE).await.unwrap();
    assert_eq!(attributes().await, ["30", "345600"]);
    assert_eq!(stack.rows(), ["Bucket", "Kept", "Queue"]);
}

#[tokio::test]
async fn a_bucket_whose_events_are_wanted_later_sends_them() {
    let stack = Stack::deployed(STORAGE).await;
    let events = || stack.cloud.store.read(|tx| tx.pending_events(9)).len();
    local_s3::put_bytes(&stack.cloud, "data", "a.csv", b"x").unwrap();
    assert_eq!(events(), 0);
    let on = "data, NotificationConfiguration: { EventBridgeConfiguration: {} }";
    stack.deploy(&STORAGE.replace("data", on)).await.unwrap();
    local_s3::put_bytes(&stack.cloud, "data", "b.csv", b"x").unwrap();
    assert_eq!(events(), 1);
    stack.deploy(STORAGE).await.unwrap();
    local_s3::put_bytes(&stack.cloud, "data", "c.csv", b"x").unwrap();
    assert_eq!(events(), 1);
}

const FUNCTION_RESOURCE: &str = "
  F:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: f, CodeUri: ../functions/f/ }
";

const FUNCTION: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../functions/f/
      FunctionUrlConfig: { AuthType: AWS_IAM }
      Events:
        Uploaded: { Type: EventBridgeRule, Properties: { Pattern: { source: [aws.s3] } } }
        Hourly: { Type: Schedule, Properties: { Schedule: rate(1 hour) } }
Outputs:
  Role: { Value: !GetAtt FRole.Arn }
  RoleName: { Value: !Ref FRole }
  Rule: { Value: !GetAtt FUploaded.Arn }
  Url: { Value: !GetAtt FUrl.FunctionUrl }
";

#[tokio::test]
async fn a_reference_finds_what_sam_generates_for_a_function() {
    let stack = Stack::deployed(FUNCTION).await;
    let outputs = outputs(&stack.cloud);
    assert_eq!(outputs["RoleName"], "reviewloop-FRole");
    assert!(outputs["Role"].ends_with(":role/reviewloop-FRole"));
    assert!(outputs["Rule"].ends_with(":rule/reviewloop-FUploaded"));
    assert!(outputs["Url"].starts_with("http"));

    let attributes = Row::deployed(&stack.cloud)["F"].attributes.clone();
    let names: Vec<&String> = attributes.keys().collect();
    assert_eq!(names, ["Arn"], "no bookkeeping among what GetAtt reads");
    let wrong = FUNCTION.replace("!GetAtt FRole.Arn", "!GetAtt F.Role");
    let refused = stack.deploy(&wrong).await.unwrap_err();
    assert!(format!("{refused:#}").contains("F.Role"), "{refused:#}");
}

#[tokio::test]
async fn a_function_that_left_the_template_takes_its_rules_along() {
    let stack = Stack::deployed(FUNCTION).await;
    assert_eq!(stack.rules().await.len(), 1);
    stack.deploy("Resources: {}").await.unwrap();
    assert_eq!(stack.rules().await, [""; 0]);
    let store = &stack.cloud.store;
    let functions = store.read(|tx| local_lambda::functions(tx, "us-east-1"));
    assert!(functions.is_empty());
}

#[tokio::test]
async fn a_custom_resource_that_nothing_could_be_asked_for_has_no_row() {
    let custom = "Resources: { Thing: { Type: Custom::Thing, Properties: { ServiceToken: a } } }";
    let stack = Stack::deployed(custom).await;
    assert_eq!(stack.rows(), [""; 0], "the next start deploys it");
}

#[test]
fn every_property_without_effect_is_named() {
    let template = "
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: data
      VersioningConfiguration: { Status: Enabled }
      LifecycleConfiguration: { Rules: [] }
  Logs: { Type: AWS::Logs::LogGroup }
";
    let template = Template::parse(template).unwrap();
    let plan = template
        .plan(&sam::Parameters::new(), &Pseudo::default())
        .unwrap();
    let names = |logical_id| {
        let nothing = |_: &sam::Reference| None::<Value>;
        without_effect::names(&plan.resource(logical_id, &nothing).unwrap())
    };
    assert_eq!(
        names("Bucket"),
        [
            "AWS::S3::Bucket.LifecycleConfiguration",
            "AWS::S3::Bucket.VersioningConfiguration"
        ]
    );
    assert_eq!(names("Logs"), ["Logs"]);
}
