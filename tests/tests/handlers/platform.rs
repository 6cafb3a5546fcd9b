//! What SageMaker, Augmented AI and EventBridge do under the template's roles and policies.

use aws_sdk_sagemaker::types::{Parameter, PipelineExecutionStatus as Status, TrainingJobStatus};
use contracts::names;
use local_aws::Principal;
use local_aws::cloudwatch::{self, Alarm};
use local_aws::sns::{self, Topic};
use local_core::metrics::{self, Series};
use local_core::wire::{Api, apis, table};
use provision_stack::Outcome;
use serde_json::{Value, json};

use super::pipeline::{define_pipeline, ended, executions, with_pipeline};
use super::provisioning::provision;
use super::review::{pool, team};
use super::roles;
use super::setup::{ACCOUNT, IMAGE, REGION, STACK, Setup};

pub async fn define_templates_pipeline(setup: &Setup) {
    let definition = &properties("Pipeline")["PipelineDefinition"];
    let body = definition["PipelineDefinitionBody"].as_str().unwrap();
    define_pipeline(setup, body).await;
}

#[tokio::test]
pub async fn the_templates_own_pipeline_runs_to_its_end() {
    let setup = Setup::new().await;
    define_templates_pipeline(&setup).await;
    let bucket = &setup.bucket.name;
    let parts = format!(r#"[{{"prefix": "s3://{bucket}/datasets/reviews/parts/"}}, "a.jsonl"]"#);
    for (key, content) in [
        ("datasets/reviews/versions/00000001.json", "{}"),
        ("datasets/reviews/inputs/1.manifest", &parts),
        ("datasets/reviews/parts/a.jsonl", "{}"),
        ("champion/none/empty", "-"),
        ("pretrained/none/empty", "-"),
    ] {
        setup.put(key, content).await;
    }
    let inputs = [
        ("DatasetManifest", "versions/00000001.json"),
        ("DatasetParts", "inputs/1.manifest"),
    ];
    let given = inputs.map(|(name, key)| {
        let uri = format!("s3://{bucket}/datasets/reviews/{key}");
        Parameter::builder().name(name).value(uri).build()
    });
    let start = setup.sagemaker.start_pipeline_execution();
    let start = start.pipeline_name(names::pipeline(STACK));
    let start = start.client_request_token("-".repeat(32));
    let start = start.set_pipeline_parameters(Some(given.to_vec()));
    start.send().await.unwrap();
    ended(&setup, Status::Succeeded).await;
    let written = setup.keys("").await;
    for file in ["train/rows", "model.tar.gz", "evaluation/evaluation.json"] {
        assert!(
            written.iter().any(|key| key.ends_with(file)),
            "{file}: {written:?}"
        );
    }
}

/// A stack whose execution trains until it is stopped.
pub async fn training() -> Setup {
    let training = json!({ "Name": "TrainModel", "Type": "Training", "Arguments": {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE, "TrainingInputMode": "File", "ContainerArguments": ["wait"],
        },
        "RoleArn": roles::EXECUTION,
        "OutputDataConfig": { "S3OutputPath": "s3://nothing/executions" },
        "ResourceConfig": {
            "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5,
        },
        "StoppingCondition": { "MaxRuntimeInSeconds": 600 },
    }});
    let setup = with_pipeline(&training.to_string()).await;
    let start = setup.sagemaker.start_pipeline_execution();
    let start = start.pipeline_name(names::pipeline(STACK));
    let start = start.client_request_token("-".repeat(32));
    start.send().await.unwrap();
    setup
        .until(async || {
            let jobs = setup.sagemaker.list_training_jobs().send().await.unwrap();
            (!jobs.training_job_summaries().is_empty()).then_some(())
        })
        .await;
    setup
}

/// Stops the one execution.
pub async fn stop(setup: &Setup) {
    let (arn, _) = executions(setup).await.remove(0);
    let stop = setup.sagemaker.stop_pipeline_execution();
    let stop = stop.pipeline_execution_arn(arn);
    stop.client_request_token("-".repeat(32))
        .send()
        .await
        .unwrap();
}

pub async fn training_status(setup: &Setup) -> Option<TrainingJobStatus> {
    let jobs = setup.sagemaker.list_training_jobs().send().await.unwrap();
    let jobs = jobs.training_job_summaries();
    jobs.first()?.training_job_status().cloned()
}

#[tokio::test]
pub async fn a_stopped_execution_stops_its_training() {
    let setup = training().await;
    stop(&setup).await;
    ended(&setup, Status::Stopped).await;
    let status = training_status(&setup).await;
    assert_eq!(status, Some(TrainingJobStatus::Stopped));
}

#[tokio::test]
pub async fn people_are_provisioned_and_removed_with_their_open_questions() {
    let setup = Setup::new().await;
    let (pool, client) = pool(&setup).await;
    let of_pool = [
        ("us-east-1_ExamplePo", pool.as_str()),
        ("1example23456789", &client),
    ];
    let (made, _) = provision(&setup, "custom-resource-workforce-create", &of_pool).await;
    assert!(matches!(made, Outcome::Provided { .. }), "{made:?}");
    let (team, task_ui) = team(&setup, &pool, &client).await;
    let of_people = [
        (
            "human-task-ui/reviewloop-sentiment-2f8de92bd183",
            task_ui.rsplit_once(':').unwrap().1,
        ),
        (
            "workteam/private-crowd/reviewloop-reviewers",
            team.rsplit_once(':').unwrap().1,
        ),
        (
            "role/reviewloop-ReviewRole-1ABCDEFGHIJKL",
            "role/reviewloop-ReviewRole",
        ),
    ];
    let (made, answer) =
        provision(&setup, "custom-resource-flow-definition-create", &of_people).await;
    assert!(matches!(made, Outcome::Provided { .. }), "{made:?}");
    let name = answer["PhysicalResourceId"].as_str().unwrap();
    let flow = format!("arn:aws:sagemaker:{REGION}:{ACCOUNT}:flow-definition/{name}");
    let a2i = aws_sdk_sagemakera2iruntime::Client::new(&setup.config);
    let input = aws_sdk_sagemakera2iruntime::types::HumanLoopInput::builder();
    let input = input.input_content("{}").build();
    // A flow definition becomes active with time, not with a change of the store.
    loop {
        let ask = a2i.start_human_loop().human_loop_name("open");
        let ask = ask
            .flow_definition_arn(&flow)
            .human_loop_input(input.clone());
        let Err(error) = ask.send().await else {
            break;
        };
        // A flow definition takes loops when it has been initialized.
        assert!(error.into_service_error().is_validation_exception());
        tokio::task::yield_now().await;
    }
    let named = [("reviewloop-review-ba6rmoxp7kwn", name)];
    let (gone, _) = provision(&setup, "custom-resource-flow-definition-delete", &named).await;
    assert!(matches!(gone, Outcome::Removed { .. }), "{gone:?}");
    let team = setup.sagemaker.delete_workteam().workteam_name("reviewers");
    team.send().await.unwrap();
    let (gone, _) = provision(&setup, "custom-resource-workforce-delete", &[]).await;
    assert!(matches!(gone, Outcome::Removed { .. }), "{gone:?}");
}

/// An operation by its name, as the user.
async fn call(setup: &Setup, api: Api, operation: &str, members: Value) -> Value {
    let caller = (REGION, Principal::user());
    let answer = table::call(&setup.aws.cloud, api, operation, caller, &members).await;
    answer.unwrap_or_else(|error| panic!("{operation}: {}", error.message))
}

/// The properties of a resource of the template.
fn properties(logical_id: &str) -> serde_json::Map<String, Value> {
    let mut resources = roles::TEMPLATE.resources.iter();
    let found = resources.find(|resource| resource.logical_id == logical_id);
    found.unwrap().properties.clone()
}

#[tokio::test]
pub async fn the_templates_rule_and_its_alarm_publish_to_its_topic() {
    let setup = Setup::new().await;
    let cloud = &setup.aws.cloud;
    let topic = Topic { display_name: None };
    let name = format!("{STACK}-notifications");
    cloud
        .store
        .update(|tx| sns::put_topic(tx, REGION, &name, &topic));

    let rule = properties("Notices");
    let put = json!({ "Name": rule["Name"], "EventPattern": rule["EventPattern"].to_string() });
    call(&setup, apis::EVENTBRIDGE, "PutRule", put).await;
    let put = json!({ "Rule": rule["Name"], "Targets": rule["Targets"] });
    call(&setup, apis::EVENTBRIDGE, "PutTargets", put).await;
    let function = &rule["EventPattern"]["detail"]["requestContext"]["functionArn"][0];
    let detail = json!({
        "requestContext": { "functionArn": function }, "responsePayload": { "notice": "stuck" },
    });
    let event = json!({
        "Source": "lambda", "DetailType": "Lambda Function Invocation Result - Success",
        "Detail": detail.to_string(),
    });
    call(
        &setup,
        apis::EVENTBRIDGE,
        "PutEvents",
        json!({ "Entries": [event] }),
    )
    .await;

    let mut alarm = properties("UndeliveredEventsAlarm");
    let name = alarm.shift_remove("AlarmName").unwrap();
    let alarm: Alarm = serde_json::from_value(Value::Object(alarm)).unwrap();
    let queue = alarm.dimensions[0].value.clone();
    let place = (REGION, name.as_str().unwrap());
    let put = cloud
        .store
        .write(|tx| cloudwatch::put_alarm(cloud, tx, place, alarm));
    put.unwrap();
    let visible = [("QueueName", queue.as_str())];
    let series = Series::new(
        REGION,
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        &visible,
    );
    metrics::record(cloud, series, 1.0);
    cloudwatch::evaluate(cloud);

    let told = setup.until(async || {
        let published = sns::published_after(cloud, 0);
        (published.len() == 2).then_some(published)
    });
    let told: Vec<String> = told
        .await
        .into_iter()
        .map(|(_, told)| told.message)
        .collect();
    assert!(
        told.iter().any(|message| message == "\"stuck\""),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|message| message.contains("could not deliver")),
        "{told:?}"
    );
}

#[tokio::test]
pub async fn an_event_that_no_function_takes_goes_to_the_stacks_queue() {
    let setup = Setup::new().await;
    let call = async |api, operation, members| call(&setup, api, operation, members).await;
    let queue = format!("{STACK}-undelivered-events");
    let made = call(apis::SQS, "CreateQueue", json!({ "QueueName": queue })).await;
    let rule = json!({ "Name": format!("{STACK}-lost"), "EventPattern": r#"{"source":["lost"]}"# });
    call(apis::EVENTBRIDGE, "PutRule", rule).await;
    let target = json!({
        "Id": "1",
        "Arn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{STACK}-nobody"),
        "DeadLetterConfig": { "Arn": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}") },
    });
    let targets = json!({ "Rule": format!("{STACK}-lost"), "Targets": [target] });
    call(apis::EVENTBRIDGE, "PutTargets", targets).await;
    let event = json!({ "Source": "lost", "DetailType": "Lost", "Detail": "{}" });
    call(
        apis::EVENTBRIDGE,
        "PutEvents",
        json!({ "Entries": [event] }),
    )
    .await;
    let received = setup
        .until(async || {
            let ask = json!({ "QueueUrl": made["QueueUrl"] });
            let received = call(apis::SQS, "ReceiveMessage", ask).await;
            received["Messages"]
                .as_array()
                .map(|found| found[0].clone())
        })
        .await;
    assert!(received["Body"].as_str().unwrap().contains("Lost"));
}
