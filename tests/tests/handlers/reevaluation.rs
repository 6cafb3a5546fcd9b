//! start-pipeline: a model that was evaluated against a champion of the past is evaluated again.

use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use contracts::run::Run;
use contracts::verdict::Decision;
use contracts::{keys, pipeline};
use judge_model::ApprovalMode;
use start_pipeline::Outcome;

use super::gate::{evaluation, judge};
use super::pipeline::{ended, executions, start, version, with_pipeline};
use super::setup::{IMAGE, Setup};

/// Registers a model whose evaluation cannot be read, so that judge-model asks a person.
fn registers() -> String {
    let quality = "s3://b/executions/none/evaluation.json";
    serde_json::json!({"Name": "RegisterModel", "Type": "RegisterModel", "Arguments": {
        "ModelPackageGroupName": "reviewloop-text-classifier",
        "ModelApprovalStatus": "PendingManualApproval",
        "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": quality}}},
        "InferenceSpecification": {
            "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://b/executions/none/model.tar.gz"}],
            "SupportedContentTypes": ["application/jsonlines"],
            "SupportedResponseMIMETypes": ["application/jsonlines"]}}})
    .to_string()
}

async fn run(setup: &Setup) -> Run {
    setup.read(keys::RUN).await.unwrap()
}

/// A model that a person registers and approves.
async fn another_champion(setup: &Setup) -> String {
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    arn
}

#[tokio::test]
async fn a_champion_that_changed_has_the_waiting_model_evaluated_again_once() {
    let setup = with_pipeline(&registers()).await;
    version(&setup, 1).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    assert_eq!(start(&setup).await, Outcome::Idle);
    let model = setup.newest().await;

    let champion = another_champion(&setup).await;
    // Not judged yet: the gate may reject it, and nothing has to be repeated.
    assert_eq!(start(&setup).await, Outcome::Idle);
    let (decision, _) = judge(&setup, ApprovalMode::Automatic, &model).await;
    assert_eq!(decision, Decision::Inconclusive);
    for _ in 0..2 {
        start(&setup).await;
    }
    ended(&setup, Status::Succeeded).await;
    start(&setup).await;
    assert_eq!(executions(&setup).await.len(), 2);
    let again = run(&setup).await;
    assert_eq!((again.version, again.attempt), (1, 2));
    assert_eq!(again.parameters[pipeline::CHAMPION_MODEL_PACKAGE], champion);

    // Once is enough, whatever becomes champion after it.
    let model = setup.newest().await;
    judge(&setup, ApprovalMode::Automatic, &model).await;
    another_champion(&setup).await;
    for _ in 0..2 {
        assert_eq!(start(&setup).await, Outcome::Idle);
    }
    assert_eq!(executions(&setup).await.len(), 2);

    version(&setup, 2).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    assert_eq!(executions(&setup).await.len(), 3);
    assert_eq!(run(&setup).await.attempt, 1);
}

#[tokio::test]
async fn a_model_that_a_person_has_decided_about_is_not_evaluated_again() {
    let setup = with_pipeline(&registers()).await;
    version(&setup, 1).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    let model = setup.newest().await;
    judge(&setup, ApprovalMode::Automatic, &model).await;
    setup.approve(&model).await;
    for _ in 0..2 {
        assert_eq!(start(&setup).await, Outcome::Idle);
    }
    setup.reject(&model).await;
    another_champion(&setup).await;
    assert_eq!(start(&setup).await, Outcome::Idle);
    assert_eq!(executions(&setup).await.len(), 1);
}
