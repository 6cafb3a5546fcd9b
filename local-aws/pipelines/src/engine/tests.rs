use serde_json::{Value, from_value, json};
use tempfile::TempDir;

use super::*;
use crate::execution::{Execution, ExecutionStatus, StepResult};
use crate::{executions, pipeline};
use local_core::store::Table;
use local_core::{Call, Principal, Settings, driver, tags};

const REGION: &str = "us-east-1";

/// A cloud without room for a processing job.
fn cloud() -> (Arc<Cloud>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path());
    let quota = "ml.m5.large for processing job usage";
    settings.quotas.insert(quota.to_owned(), 0);
    (Arc::new(Cloud::open(settings).unwrap()), folder)
}

fn call(cloud: &Arc<Cloud>) -> Call {
    Call {
        cloud: cloud.clone(),
        region: REGION.to_owned(),
        principal: Principal::user(),
        request_id: "request".to_owned(),
    }
}

/// Starts an execution of a pipeline that has this step alone; its ARN.
async fn start(cloud: &Arc<Cloud>, name: &str, step: Value) -> String {
    let definition = json!({ "Version": "2020-12-01", "Steps": [step] }).to_string();
    let create = from_value(json!({
        "PipelineName": name, "PipelineDefinition": definition,
        "ClientRequestToken": "token", "RoleArn": "role",
    }));
    pipeline::create(call(cloud), create.unwrap())
        .await
        .unwrap();
    let start = json!({ "PipelineName": name, "ClientRequestToken": "token" });
    let started = executions::start(call(cloud), from_value(start).unwrap()).await;
    started.unwrap()["PipelineExecutionArn"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn fails() -> Value {
    json!({ "Name": "Stop", "Type": "Fail", "Arguments": { "ErrorMessage": "on purpose" } })
}

fn prepares() -> Value {
    json!({
        "Name": "Prepare", "Type": "Processing",
        "Arguments": {
            "AppSpecification": { "ImageUri": "image" },
            "RoleArn": "role",
            "ProcessingResources": { "ClusterConfig": {
                "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
            }},
            "Tags": [{ "Key": "team", "Value": "reviews" }],
        },
    })
}

async fn until(cloud: &Cloud, arn: &str, found: impl Fn(&Execution) -> bool) {
    let mut changes = cloud.store.changes_of(&[execution::EXECUTIONS.kind()]);
    let look = || {
        cloud
            .store
            .read(|tx| execution::required(tx, REGION, arn).unwrap())
    };
    while !found(&look()) {
        changes.changed().await;
    }
}

#[tokio::test]
async fn an_execution_that_cannot_be_read_stops_no_other() {
    const OTHER: Table<u64> = Table::new(execution::EXECUTIONS.kind());
    let (cloud, _folder) = cloud();
    cloud.store.update(|tx| {
        // The first by name.
        execution::ACTIVE.put(tx, REGION, "0", &ExecutionStatus::Executing);
        OTHER.put(tx, REGION, "0", &1);
    });
    let arn = start(&cloud, "p", fails()).await;
    let driver = tokio::spawn(driver::drive(cloud.clone(), CONTROLLER));
    until(&cloud, &arn, |e| e.status == ExecutionStatus::Failed).await;
    driver.abort();
}

#[tokio::test]
async fn an_execution_that_waits_for_a_retry_is_stopped_at_once_and_makes_no_further_attempt() {
    let (cloud, _folder) = cloud();
    let mut step = prepares();
    step["RetryPolicies"] = json!([{
        "ExceptionType": ["SageMaker.RESOURCE_LIMIT"], "IntervalSeconds": 3600,
        "MaxAttempts": 3,
    }]);
    let arn = start(&cloud, "p", step).await;
    let driver = tokio::spawn(driver::drive(cloud.clone(), CONTROLLER));
    until(&cloud, &arn, |e| {
        e.steps.iter().any(|step| step.retry_at.is_some())
    })
    .await;
    // The retry is due and the stop is asked for at once: the stop has the word.
    cloud.world.advance(3601);
    let stop = json!({ "PipelineExecutionArn": arn, "ClientRequestToken": "token" });
    executions::stop(call(&cloud), from_value(stop).unwrap())
        .await
        .unwrap();
    until(&cloud, &arn, |e| e.status == ExecutionStatus::Stopped).await;
    let stopped = cloud
        .store
        .read(|tx| execution::required(tx, REGION, &arn).unwrap());
    assert_eq!(stopped.steps[0].attempts, 1);
    driver.abort();
}

#[tokio::test]
async fn a_deleted_pipeline_takes_the_tags_of_its_executions_along() {
    let (cloud, _folder) = cloud();
    let arn = start(&cloud, "p", fails()).await;
    let driver = tokio::spawn(driver::drive(cloud.clone(), CONTROLLER));
    until(&cloud, &arn, |e| e.status == ExecutionStatus::Failed).await;
    driver.abort();
    let list = || {
        tags::list(
            call(&cloud),
            from_value(json!({ "ResourceArn": arn })).unwrap(),
        )
    };
    assert!(list().await.is_ok());
    let delete = json!({ "PipelineName": "p", "ClientRequestToken": "token" });
    pipeline::delete(call(&cloud), from_value(delete).unwrap())
        .await
        .unwrap();
    assert!(list().await.is_err());
}

#[tokio::test]
async fn a_job_has_the_tags_of_its_step_and_the_one_that_names_its_execution() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
    let arn = start(&cloud, "p", prepares()).await;
    let driver = tokio::spawn(driver::drive(cloud.clone(), CONTROLLER));
    until(&cloud, &arn, |e| e.steps.iter().any(|s| s.result.is_some())).await;
    driver.abort();
    let execution = cloud.store.read(|tx| execution::required(tx, REGION, &arn));
    let result = execution.unwrap().steps[0].result.clone();
    let Some(StepResult::ProcessingJob { arn: job, .. }) = result else {
        panic!("no job was made")
    };
    let tags = cloud.store.read(|tx| tags::of(tx, &job));
    let expected = [
        ("sagemaker:pipeline-execution-arn", arn.as_str()),
        ("team", "reviews"),
    ];
    let tags: Vec<_> = tags.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(tags, expected);
}
