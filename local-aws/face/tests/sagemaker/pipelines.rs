//! Pipelines, executed.

use aws_sdk_sagemaker::types::{
    Parameter, PipelineExecutionStatus as Status, PipelineExecutionStep, StepStatus,
};
use serde_json::{Value, json};

use crate::setup::{ROLE, Setup, token};
use crate::tiny_pipeline::definition;

pub async fn create(setup: &Setup) {
    create_from(setup, &definition()).await;
}

pub async fn create_from(setup: &Setup, definition: &Value) {
    let create = setup
        .sagemaker
        .create_pipeline()
        .pipeline_name("tiny")
        .role_arn(ROLE);
    let create = create.pipeline_definition(definition.to_string());
    create
        .client_request_token(token("create"))
        .send()
        .await
        .unwrap();
}

pub async fn start(setup: &Setup, name: &str, parameters: &[(&str, &str)]) -> String {
    let parameters = parameters
        .iter()
        .map(|(name, value)| Parameter::builder().name(*name).value(*value).build())
        .collect();
    let start = setup
        .sagemaker
        .start_pipeline_execution()
        .pipeline_name("tiny");
    let start = start.set_pipeline_parameters(Some(parameters));
    let started = start
        .client_request_token(token(name))
        .send()
        .await
        .unwrap();
    started.pipeline_execution_arn.unwrap()
}

pub async fn ended(setup: &Setup, arn: &str) -> Status {
    setup
        .until(async || {
            let describe = setup.sagemaker.describe_pipeline_execution();
            let described = describe.pipeline_execution_arn(arn).send().await.unwrap();
            let status = described.pipeline_execution_status.unwrap();
            let running = matches!(status, Status::Executing | Status::Stopping);
            (!running).then_some(status)
        })
        .await
}

/// In the order of their beginning.
async fn steps(setup: &Setup, arn: &str) -> Vec<PipelineExecutionStep> {
    let list = setup.sagemaker.list_pipeline_execution_steps();
    let listed = list
        .pipeline_execution_arn(arn)
        .sort_order("Ascending".into())
        .send()
        .await;
    listed.unwrap().pipeline_execution_steps.unwrap()
}

pub async fn step(setup: &Setup, arn: &str, name: &str) -> PipelineExecutionStep {
    let mut steps = steps(setup, arn).await;
    steps.retain(|step| step.step_name() == Some(name));
    steps.remove(0)
}

async fn running(setup: &Setup, arn: &str, name: &str) {
    setup
        .until(async || {
            let steps = steps(setup, arn).await;
            let arn = steps.into_iter().find(|s| s.step_name() == Some(name))?;
            let arn = arn.metadata?.training_job?.arn?;
            let name = arn.rsplit('/').next()?.to_owned();
            let describe = setup
                .sagemaker
                .describe_training_job()
                .training_job_name(name);
            let job = describe.send().await.unwrap();
            job.training_start_time.map(|_| ())
        })
        .await;
}

fn names(steps: &[PipelineExecutionStep]) -> Vec<&str> {
    steps
        .iter()
        .filter_map(PipelineExecutionStep::step_name)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_trains_evaluates_and_registers() {
    let setup = Setup::new().await;
    create(&setup).await;
    let arn = start(&setup, "first", &[]).await;
    assert_eq!(ended(&setup, &arn).await, Status::Succeeded);

    let steps = steps(&setup, &arn).await;
    assert_eq!(
        names(&steps),
        [
            "Prepare", "Train", "Evaluate", "Check", "Register", "Create"
        ]
    );
    assert!(
        steps
            .iter()
            .all(|s| s.step_status() == Some(&StepStatus::Succeeded))
    );
    let check = steps[3].metadata().unwrap().condition().unwrap();
    assert_eq!(check.outcome().unwrap().as_str(), "True");

    let package = steps[4]
        .metadata()
        .unwrap()
        .register_model()
        .unwrap()
        .arn()
        .unwrap();
    assert_eq!(
        package,
        "arn:aws:sagemaker:us-east-1:123456789012:model-package/tiny/1"
    );
    let describe = setup
        .sagemaker
        .describe_model_package()
        .model_package_name(package);
    let package = describe.send().await.unwrap();
    assert_eq!(package.model_package_version(), Some(1));
    let model_data = package.inference_specification().unwrap().containers()[0].model_data_url();
    let model_data = model_data.unwrap().strip_prefix("s3://data/").unwrap();
    assert!(!setup.read(model_data).await.is_empty());

    let training = steps[1]
        .metadata()
        .unwrap()
        .training_job()
        .unwrap()
        .arn()
        .unwrap();
    let training = training.rsplit('/').next().unwrap();
    let describe = setup
        .sagemaker
        .describe_training_job()
        .training_job_name(training);
    let training = describe.send().await.unwrap();
    let statuses: Vec<&str> = training
        .secondary_status_transitions()
        .iter()
        .map(|transition| transition.status().unwrap().as_str())
        .collect();
    assert_eq!(
        statuses,
        [
            "Starting",
            "Downloading",
            "Training",
            "Uploading",
            "Completed"
        ]
    );
    let metric = &training.final_metric_data_list()[0];
    assert_eq!(
        (metric.metric_name(), metric.value()),
        (Some("loss"), Some(0.25))
    );

    let type_of = "SageMaker Model Building Pipeline Execution Status Change";
    let statuses: Vec<Value> = setup
        .events(type_of)
        .into_iter()
        .map(|mut detail| detail["currentPipelineExecutionStatus"].take())
        .collect();
    assert_eq!(statuses, ["Executing", "Succeeded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_starts_one_execution() {
    let setup = Setup::new().await;
    create(&setup).await;
    let first = start(&setup, "same", &[]).await;
    assert_eq!(start(&setup, "same", &[]).await, first);
    assert_ne!(start(&setup, "other", &[]).await, first);
    ended(&setup, &first).await;
    assert_eq!(start(&setup, "same", &[]).await, first);
    let list = setup
        .sagemaker
        .list_pipeline_executions()
        .pipeline_name("tiny");
    let listed = list.send().await.unwrap();
    assert_eq!(listed.pipeline_execution_summaries().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_branch_not_taken_is_not_listed_and_fail_says_why() {
    let setup = Setup::new().await;
    create(&setup).await;
    let arn = start(&setup, "strict", &[("MinAccuracy", "0.9")]).await;
    assert_eq!(ended(&setup, &arn).await, Status::Failed);
    let steps = steps(&setup, &arn).await;
    assert_eq!(
        names(&steps),
        ["Prepare", "Train", "Evaluate", "Check", "TooLow"]
    );
    let fail = steps[4].metadata().unwrap().fail().unwrap();
    assert_eq!(fail.error_message(), Some("below 0.9"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cached_step_takes_the_earlier_result() {
    let setup = Setup::new().await;
    create(&setup).await;
    let first = start(&setup, "first", &[]).await;
    ended(&setup, &first).await;
    let second = start(&setup, "second", &[]).await;
    assert_eq!(ended(&setup, &second).await, Status::Succeeded);
    let prepared = step(&setup, &second, "Prepare").await;
    let hit = prepared
        .cache_hit_result()
        .unwrap()
        .source_pipeline_execution_arn();
    assert_eq!(hit, Some(first.as_str()));
    let earlier = step(&setup, &first, "Prepare").await;
    assert_eq!(prepared.metadata(), earlier.metadata());
    assert!(
        step(&setup, &second, "Train")
            .await
            .cache_hit_result()
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_step_ends_the_execution_and_a_retry_runs_it_again() {
    let setup = Setup::new().await;
    create(&setup).await;
    let arn = start(&setup, "fails", &[("Fail", "yes")]).await;
    assert_eq!(ended(&setup, &arn).await, Status::Failed);
    let train = step(&setup, &arn, "Train").await;
    assert_eq!(
        train.failure_reason(),
        Some("AlgorithmError: the data are bad, exit code: 3")
    );
    let prepared = step(&setup, &arn, "Prepare").await;

    for _ in 0..2 {
        // The same token twice is one retry.
        let retry = setup
            .sagemaker
            .retry_pipeline_execution()
            .pipeline_execution_arn(&arn);
        retry
            .client_request_token(token("retry"))
            .send()
            .await
            .unwrap();
    }
    assert_eq!(ended(&setup, &arn).await, Status::Failed);
    assert_eq!(step(&setup, &arn, "Prepare").await, prepared);
    assert_ne!(
        step(&setup, &arn, "Train").await.metadata(),
        train.metadata()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_policy_tries_a_machines_fault_again() {
    let setup = Setup::new().await;
    let mut definition = definition();
    let prepare = &mut definition["Steps"][0];
    prepare["Arguments"]["AppSpecification"]["ImageUri"] = json!("registry/late:1");
    prepare["RetryPolicies"] = json!([{
        "ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"],
        "IntervalSeconds": 1, "BackoffRate": 1.0, "MaxAttempts": 20,
    }]);
    create_from(&setup, &definition).await;
    let arn = start(&setup, "late", &[]).await;
    setup
        .until(async || {
            let steps = steps(&setup, &arn).await;
            let attempts = steps.first()?.attempt_count()?;
            (attempts > 1).then_some(())
        })
        .await;
    setup.build_late_image();
    assert_eq!(ended(&setup, &arn).await, Status::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_execution_stops_its_job() {
    let setup = Setup::new().await;
    create(&setup).await;
    let gate = setup.gate.to_str().unwrap();
    let arn = start(&setup, "stops", &[("Gate", gate)]).await;
    running(&setup, &arn, "Train").await;
    let stop = setup
        .sagemaker
        .stop_pipeline_execution()
        .pipeline_execution_arn(&arn);
    stop.client_request_token(token("stop"))
        .send()
        .await
        .unwrap();
    assert_eq!(ended(&setup, &arn).await, Status::Stopped);
    let train = step(&setup, &arn, "Train").await;
    assert_eq!(train.step_status(), Some(&StepStatus::Stopped));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_that_was_killed_during_training_carries_on() {
    let setup = Setup::new().await;
    create(&setup).await;
    let gate = setup.gate.to_str().unwrap().to_owned();
    let arn = start(&setup, "killed", &[("Gate", &gate)]).await;
    running(&setup, &arn, "Train").await;
    let setup = setup.restart().await;
    setup.open_gate();
    assert_eq!(ended(&setup, &arn).await, Status::Succeeded);
    assert_eq!(step(&setup, &arn, "Train").await.attempt_count(), Some(1));
}
