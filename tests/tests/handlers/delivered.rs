//! The loop as the template's rules drive it: every function gets the events that its rule names, and
//! nothing else calls it. With `REVIEWLOOP_UNORDERED_DELIVERY` they come twice, late and out of order.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_s3::types::{EventBridgeConfiguration, NotificationConfiguration};
use aws_sdk_sagemaker::types::{EndpointStatus, PipelineExecutionStatus};
use contracts::run::{Run, RunState};
use contracts::{keys, names};
use local_aws::iam;
use local_core::Principal;
use local_core::store::{Table, Tx};
use local_core::wire::{Api, apis, table};
use policy::gate::ApprovalMode;
use sam::Trigger;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::datasets::{self, GOOD};
use super::gate::{self, evaluation};
use super::setup::{ACCOUNT, DATASET, IMAGE, REGION, STACK, Setup, model_archive};
use super::{deployment, exploration, pipeline};
use crate::template::{short_name, stack};

/// Long enough for a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often Lambda tries an event.
const TRIES: usize = 3;

/// A pipeline that registers a model which was trained before.
fn registers() -> String {
    let bucket = names::bucket(STACK, ACCOUNT, REGION);
    let uri = |name: &str| format!("s3://{bucket}/executions/0/{name}");
    let evidence = json!({ "ContentType": "application/json", "S3Uri": uri("evaluation.json") });
    let container = json!({ "Image": IMAGE, "ModelDataUrl": uri("model.tar.gz") });
    json!({ "Name": "RegisterModel", "Type": "RegisterModel", "Arguments": {
        "ModelPackageGroupName": names::model_package_group(STACK),
        "ModelApprovalStatus": "PendingManualApproval",
        "ModelMetrics": { "ModelQuality": { "Statistics": evidence } },
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": ["application/jsonlines"],
            "SupportedResponseMIMETypes": ["application/jsonlines"],
        },
    }})
    .to_string()
}

/// The functions, each behind a queue that its rules fill.
struct Functions<'s> {
    setup: &'s Setup,
    register: register_dataset::Deps,
    explore: explore_dataset::Deps,
    start: start_pipeline::Deps,
    watch_pipeline: watch_pipeline::Deps,
    judge: judge_model::Deps,
    deploy: deploy_model::Deps,
    watch_endpoint: watch_endpoint::Deps,
    queues: BTreeMap<String, Value>,
    /// How often each event reached each function.
    seen: RefCell<BTreeMap<(String, String), usize>>,
}

impl<'s> Functions<'s> {
    async fn new(setup: &'s Setup) -> Self {
        let mut functions = Self {
            setup,
            register: datasets::deps(setup),
            explore: exploration::deps(setup),
            start: pipeline::starter(setup),
            watch_pipeline: pipeline::watcher(setup),
            judge: gate::deps(setup, ApprovalMode::Manual),
            deploy: deployment::deployer(setup),
            watch_endpoint: deployment::watcher(setup),
            queues: BTreeMap::new(),
            seen: RefCell::default(),
        };
        for function in stack().functions {
            let name = short_name(&function);
            for event in &function.events {
                if let Trigger::EventBridgeRule(rule) = &event.trigger {
                    functions.subscribe(name, &event.name, &rule.pattern).await;
                }
            }
        }
        functions
    }

    async fn subscribe(&mut self, function: &str, rule: &str, pattern: &Value) {
        let created = self.call(apis::SQS, "CreateQueue", json!({ "QueueName": function }));
        let url = created.await["QueueUrl"].clone();
        self.queues.insert(function.to_owned(), url);
        let rule = format!("{function}-{rule}");
        let put = json!({ "Name": rule, "EventPattern": pattern.to_string() });
        self.call(apis::EVENTBRIDGE, "PutRule", put).await;
        let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{function}");
        self.let_rules_send(&arn);
        let targets = json!({ "Rule": rule, "Targets": [{ "Id": "1", "Arn": arn }] });
        self.call(apis::EVENTBRIDGE, "PutTargets", targets).await;
    }

    /// The queue that stands for a function lets EventBridge in, as the function's policy does.
    fn let_rules_send(&self, queue: &str) {
        let statement = json!({
            "Effect": "Allow", "Principal": { "Service": "events.amazonaws.com" },
            "Action": "sqs:SendMessage", "Resource": queue,
        });
        let document = json!({ "Statement": statement }).to_string();
        let put = |tx: &Tx| iam::put_resource_policy(tx, queue, &document);
        self.setup.aws.cloud.store.write(put).unwrap();
    }

    async fn call(&self, api: Api, operation: &str, members: Value) -> Value {
        let caller = (REGION, Principal::user());
        let answer = table::call(&self.setup.aws.cloud, api, operation, caller, &members).await;
        answer.unwrap_or_else(|error| panic!("{operation}: {}", error.message))
    }

    /// Invokes until `done` and no event is under way.
    async fn run_until(&self, done: impl AsyncFn() -> bool) {
        let quiet = tokio::time::timeout(PATIENCE, self.run(done)).await;
        quiet.expect("the loop comes to rest");
    }

    async fn run(&self, done: impl AsyncFn() -> bool) {
        let mut changes = self.setup.aws.cloud.store.changes();
        loop {
            let invoked = self.invoke_all().await;
            if !invoked && !self.is_any_under_way() && done().await {
                return;
            }
            if !invoked {
                changes.changed().await;
            }
        }
    }

    fn is_any_under_way(&self) -> bool {
        const LATE: Table<Value> = Table::new("events/delivery");
        const QUEUED: Table<Value> = Table::new("sqs/message");
        self.setup.aws.cloud.store.read(|tx| {
            tx.has_pending_events() || !LATE.keys(tx).is_empty() || !QUEUED.keys(tx).is_empty()
        })
    }

    /// What waits in the queues, each function's side by side. Answers whether there was anything.
    async fn invoke_all(&self) -> bool {
        let queues = self.queues.iter();
        let invoked = queues.map(async |(function, url)| {
            let receive = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 });
            let received = self.call(apis::SQS, "ReceiveMessage", receive).await;
            let messages = received["Messages"].as_array().cloned().unwrap_or_default();
            let invocations = messages.iter().map(async |message| {
                self.invoke(function, message["Body"].as_str().unwrap())
                    .await;
                let delete = json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] });
                self.call(apis::SQS, "DeleteMessage", delete).await;
            });
            futures::future::join_all(invocations).await;
            !messages.is_empty()
        });
        let invoked = futures::future::join_all(invoked).await;
        invoked.contains(&true)
    }

    async fn invoke(&self, function: &str, event: &str) {
        let event: Value = serde_json::from_str(event).unwrap();
        let id = event["id"].as_str().unwrap().to_owned();
        *self
            .seen
            .borrow_mut()
            .entry((function.to_owned(), id))
            .or_default() += 1;
        for attempt in 1..=TRIES {
            match self.handle(function, event.clone()).await {
                Ok(()) => return,
                Err(error) => assert!(attempt < TRIES, "{function}: {error:#}"),
            }
        }
    }

    async fn handle(&self, function: &str, event: Value) -> anyhow::Result<()> {
        match function {
            "register-dataset" => {
                register_dataset::handle(&self.register, read(event)).await?;
            }
            "explore-dataset" => {
                explore_dataset::handle(&self.explore, read(event)).await?;
            }
            // The image of these tests prepares no rows.
            "export-features" => {}
            "start-pipeline" => {
                start_pipeline::handle(&self.start, read(event)).await?;
            }
            "watch-pipeline" => {
                watch_pipeline::handle(&self.watch_pipeline, read(event)).await?;
            }
            "judge-model" => {
                judge_model::handle(&self.judge, read(event)).await?;
            }
            "deploy-model" => {
                deploy_model::handle(&self.deploy, read(event)).await?;
            }
            // Its own tests are in `rollout`.
            "shift-traffic" => {}
            "watch-endpoint" => {
                watch_endpoint::handle(&self.watch_endpoint, read(event)).await?;
            }
            other => panic!("{other} has an event in this loop"),
        }
        Ok(())
    }
}

fn read<E: DeserializeOwned>(event: Value) -> E {
    lambda_main::envelope::read(event).unwrap()
}

async fn notify(setup: &Setup) {
    let bridge = EventBridgeConfiguration::builder().build();
    let configuration = NotificationConfiguration::builder().event_bridge_configuration(bridge);
    let put = setup.bucket.s3.put_bucket_notification_configuration();
    put.bucket(&setup.bucket.name)
        .notification_configuration(configuration.build())
        .send()
        .await
        .unwrap();
}

/// How many executions came to a verdict, once all of them have.
async fn judged(setup: &Setup) -> Option<usize> {
    let executions = pipeline::executions(setup).await;
    let verdicts = setup.keys(keys::VERDICTS).await.len();
    let are_over = executions
        .iter()
        .all(|(_, status)| *status == PipelineExecutionStatus::Succeeded);
    (are_over && verdicts == executions.len()).then_some(verdicts)
}

#[tokio::test]
async fn the_rules_events_alone_bring_uploads_to_a_verdict_and_an_approved_model_live() {
    let setup = pipeline::with_pipeline(&registers()).await;
    setup
        .put("executions/0/evaluation.json", evaluation(140, None))
        .await;
    setup
        .put("executions/0/model.tar.gz", model_archive(false))
        .await;
    notify(&setup).await;
    let functions = Functions::new(&setup).await;
    let upload = async |number: u32| {
        let body = GOOD.replace("fine", &format!("fine {number}"));
        setup.put(&format!("incoming/{number}.csv"), body).await;
    };

    upload(1).await;
    functions
        .run_until(async || judged(&setup).await == Some(1))
        .await;
    upload(2).await;
    upload(3).await;
    functions
        .run_until(async || {
            let run: Run = setup.read(keys::RUN).await.unwrap();
            run.version == 3 && judged(&setup).await.is_some()
        })
        .await;
    setup.approve(&setup.newest().await).await;
    functions
        .run_until(async || setup.keys(keys::LIVE_VERSIONS).await.len() == 1)
        .await;

    let versions = datasets::versions(&setup).await;
    let rows: Vec<u64> = versions
        .iter()
        .map(|version| version.parts.iter().map(|part| part.rows).sum())
        .collect();
    assert_eq!(rows, [3, 6, 9]);
    let receipts = setup.keys(&keys::receipts_prefix(DATASET)).await;
    assert_eq!(receipts.len(), 3);
    // The second version may have waited behind the first, and the third is newer.
    let runs = judged(&setup).await.unwrap();
    assert!((2..=3).contains(&runs), "{runs} executions of 3 versions");
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!((run.attempt, run.state), (1, RunState::Succeeded));
    let (status, _) = deployment::settled(&setup).await;
    assert_eq!(status, EndpointStatus::InService);

    let seen = functions.seen.take();
    let twice = seen.values().filter(|times| **times > 1).count();
    let is_unordered = setup.aws.cloud.settings.unordered_delivery.is_some();
    assert_eq!(twice > 0, is_unordered, "{twice} events of {}", seen.len());
}
