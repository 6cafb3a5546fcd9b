//! reconcile: what no event told is found, and what is in order is left alone.

use contracts::names;
use contracts::run::{Run, RunState};
use reconcile::{Config, Deps, Wake, handle};

use super::gate::evaluation;
use super::setup::{DATASET, STACK, Setup, event};

fn deps(setup: &Setup) -> Deps {
    Deps::new(
        &setup.config,
        Config {
            bucket: setup.bucket.name.clone(),
            dataset_name: DATASET.into(),
            pipeline_name: names::pipeline(STACK),
            model_package_group: setup.group.clone(),
            endpoint_name: names::endpoint(STACK),
            flow_definition_arn: None,
            function_prefix: format!("{STACK}-"),
        },
    )
}

/// The functions are not there, so the first thing due is told by the error that names it.
async fn due(setup: &Setup) -> String {
    let wake: Wake = event("scheduled-reconcile", &[]);
    match handle(&deps(setup), wake).await {
        Ok(outcome) => {
            assert!(outcome.resent.is_empty(), "{outcome:?}");
            outcome.stuck.join("\n")
        }
        Err(error) => format!("{error:#}"),
    }
}

async fn with_pipeline() -> Setup {
    let setup = Setup::new().await;
    let definition = r#"{"Version":"2020-12-01","Steps":[{"Name":"Always","Type":"Condition",
        "Arguments":{"Conditions":[{"Type":"Equals","LeftValue":1,"RightValue":1}],
        "IfSteps":[],"ElseSteps":[]}}]}"#;
    let create = setup
        .sagemaker
        .create_pipeline()
        .pipeline_name(names::pipeline(STACK));
    let create = create
        .pipeline_definition(definition)
        .role_arn(super::setup::ROLE);
    create
        .client_request_token("-".repeat(32))
        .send()
        .await
        .unwrap();
    setup
}

#[tokio::test]
async fn a_stack_in_order_is_left_alone() {
    let setup = with_pipeline().await;
    assert_eq!(due(&setup).await, "");
}

#[tokio::test]
async fn an_upload_without_a_receipt_goes_to_register_dataset() {
    let setup = with_pipeline().await;
    setup.put("incoming/folder/", "").await;
    assert_eq!(due(&setup).await, "");
    setup.put("incoming/a.csv", "x").await;
    assert!(due(&setup).await.contains("reviewloop-register-dataset"));
}

#[tokio::test]
async fn a_package_without_a_verdict_goes_to_judge_model() {
    let setup = with_pipeline().await;
    setup.register(&evaluation(140, None), false).await;
    assert!(due(&setup).await.contains("reviewloop-judge-model"));
    setup.put("verdicts/00000001/x.json", "{}").await;
    assert_eq!(due(&setup).await, "");
}

#[tokio::test]
async fn an_approved_version_without_an_endpoint_goes_to_the_endpoints_functions() {
    let setup = with_pipeline().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    assert!(due(&setup).await.contains("reviewloop-watch-endpoint"));
}

#[tokio::test]
async fn a_stuck_run_is_reported_and_not_started_again() {
    let setup = with_pipeline().await;
    let run = Run {
        version: 1,
        version_id: "v".into(),
        attempt: 1,
        definition_hash: "d".into(),
        parameters: [].into(),
        client_request_token: "t".into(),
        execution_arn: None,
        retries: 0,
        state: RunState::Stuck {
            reason: "AlgorithmError: one class".into(),
        },
    };
    setup
        .put(contracts::keys::RUN, serde_json::to_vec(&run).unwrap())
        .await;
    assert_eq!(
        due(&setup).await,
        "dataset version 1: AlgorithmError: one class"
    );
}
