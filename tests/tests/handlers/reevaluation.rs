//! start-pipeline: a model that was evaluated against a champion of the past is evaluated again.

use aws_sdk_sagemaker::types::{ModelApprovalStatus, PipelineExecutionStatus as Status};
use contracts::deployment::Pin;
use contracts::run::{Run, RunState};
use contracts::verdict::Decision;
use contracts::{keys, pipeline};
use policy::gate::ApprovalMode;
use start_pipeline::Outcome;

use super::gate::{evaluation, judge};
use super::manifests::version;
use super::pipeline::{ended, executions, redefine, start, with_pipeline};
use super::setup::{IMAGE, Setup};

const MODEL: &str = "s3://b/executions/none/model.tar.gz";

/// Registers a model whose evaluation cannot be read, so that judge-model asks a person.
fn registers(model: &str) -> String {
    let quality = "s3://b/executions/none/evaluation.json";
    serde_json::json!({"Name": "RegisterModel", "Type": "RegisterModel", "Arguments": {
        "ModelPackageGroupName": "reviewloop-text-classifier",
        "ModelApprovalStatus": "PendingManualApproval",
        "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": quality}}},
        "InferenceSpecification": {
            "Containers": [{"Image": IMAGE, "ModelDataUrl": model}],
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
    let setup = with_pipeline(&registers(MODEL)).await;
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
    let setup = with_pipeline(&registers(MODEL)).await;
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

/// A model that waits, judged, and whose champion has changed since.
async fn waits_beside_another_champion(setup: &Setup) -> String {
    version(setup, 1).await;
    start(setup).await;
    ended(setup, Status::Succeeded).await;
    assert_eq!(start(setup).await, Outcome::Idle);
    let earlier = setup.newest().await;
    another_champion(setup).await;
    judge(setup, ApprovalMode::Automatic, &earlier).await;
    earlier
}

/// The version that the repeated evaluation registers.
async fn repeated(setup: &Setup) -> String {
    start(setup).await;
    ended(setup, Status::Succeeded).await;
    start(setup).await;
    assert_eq!(executions(setup).await.len(), 2);
    setup.newest().await
}

/// The two versions of such a model.
async fn evaluated_again(setup: &Setup) -> (String, String) {
    let earlier = waits_beside_another_champion(setup).await;
    (earlier, repeated(setup).await)
}

#[tokio::test]
async fn a_model_trained_anew_leaves_both_versions_to_a_person() {
    let setup = with_pipeline(&registers(MODEL)).await;
    let earlier = waits_beside_another_champion(&setup).await;
    redefine(&setup, &registers("s3://b/executions/new/model.tar.gz")).await;
    let later = repeated(&setup).await;
    for arn in [earlier, later] {
        let (status, _) = setup.approval(&arn).await;
        assert_eq!(status, ModelApprovalStatus::PendingManualApproval);
    }
}

/// As if start-pipeline had died before it concluded the run.
async fn not_concluded(setup: &Setup) {
    let active = Run {
        state: RunState::Active,
        model_package_arn: None,
        ..run(setup).await
    };
    let body = serde_json::to_vec(&active).unwrap();
    setup.put(keys::RUN, body).await;
}

#[tokio::test]
async fn another_evaluation_ends_the_wait_of_the_earlier_version_also_after_a_crash() {
    let setup = with_pipeline(&registers(MODEL)).await;
    let (earlier, later) = evaluated_again(&setup).await;
    for _ in 0..2 {
        let (status, description) = setup.approval(&earlier).await;
        assert_eq!(status, ModelApprovalStatus::Rejected);
        assert_eq!(description, "Evaluated again as version 3.");
        let (status, _) = setup.approval(&later).await;
        assert_eq!(status, ModelApprovalStatus::PendingManualApproval);
        not_concluded(&setup).await;
        assert_eq!(start(&setup).await, Outcome::Idle);
    }
}

#[tokio::test]
pub async fn a_version_decided_during_its_other_evaluation_ends_the_wait_of_the_later_one() {
    let setup = with_pipeline(&registers(MODEL)).await;
    let (earlier, later) = evaluated_again(&setup).await;
    setup.approve(&earlier).await;
    for _ in 0..2 {
        not_concluded(&setup).await;
        assert_eq!(start(&setup).await, Outcome::Idle);
        let (status, description) = setup.approval(&later).await;
        assert_eq!(status, ModelApprovalStatus::Rejected);
        let reason = "The same model as version 1, which was decided meanwhile.";
        assert_eq!(description, reason);
        let (status, _) = setup.approval(&earlier).await;
        assert_eq!(status, ModelApprovalStatus::Approved);
    }
}

#[tokio::test]
pub async fn a_pin_on_a_version_that_is_not_approved_does_not_remove_the_comparison() {
    let setup = with_pipeline(&registers(MODEL)).await;
    let champion = another_champion(&setup).await;
    version(&setup, 1).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    assert_eq!(start(&setup).await, Outcome::Idle);
    let model = setup.newest().await;
    judge(&setup, ApprovalMode::Automatic, &model).await;

    let pin = Pin {
        version: 9,
        reason: "a slip".into(),
    };
    let pin = serde_json::to_vec(&pin).unwrap();
    setup.put(keys::PIN, pin).await;
    for _ in 0..2 {
        assert_eq!(start(&setup).await, Outcome::Idle);
    }
    assert_eq!(executions(&setup).await.len(), 1);
    // A model without any comparison is not approved.
    let alone = setup.register(&evaluation(140, None), false).await;
    let (decision, _) = judge(&setup, ApprovalMode::Automatic, &alone).await;
    assert_eq!(decision, Decision::Inconclusive);
    let (_, description) = setup.approval(&alone).await;
    let reason = "the pin names version 9, which is not approved";
    assert!(description.contains(reason), "{description}");
    // The next dataset version is still compared with the highest approved version.
    version(&setup, 2).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    let given = run(&setup).await.parameters;
    assert_eq!(given[pipeline::CHAMPION_MODEL_PACKAGE], champion);
}
