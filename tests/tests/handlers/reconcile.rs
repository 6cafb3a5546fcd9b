//! reconcile: what no event told is found, and what is in order is left alone.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_sagemaker::types::PipelineExecutionStatus;
use contracts::names;
use contracts::run::{Run, RunState};
use contracts::verdict::METADATA_VERDICT_URI;
use policy::review::Caps;
use policy::single_flight::Bounds;
use reconcile::{Config, Deps, handle};

use super::deployment::{NO_SCALING, deploy, hosted, settled, watch};
use super::gate::evaluation;
use super::manifests::{version, version_of};
use super::pipeline::{self, ended, executions, start};
use super::roles;
use super::setup::{DATASET, STACK, Setup, event};

pub fn deps(setup: &Setup) -> Deps {
    Deps::new(
        &setup.of("reconcile"),
        Config {
            bucket: setup.bucket.name.clone(),
            dataset_name: DATASET.into(),
            pipeline_name: names::pipeline(STACK),
            hosted: hosted(setup),
            scaling: NO_SCALING.parse().unwrap(),
            reviewers: None,
            bounds: Bounds {
                attempts: 2,
                retries: 2,
                runs_a_day: 1_000,
            },
            caps: Caps::new(9, 0.0, 0.0).unwrap(),
            has_rollout: false,
            decide_function: None,
            stack: STACK.to_owned(),
        },
    )
}

/// The functions are not there, so the first thing due is told by the error that names it.
pub async fn due(setup: &Setup) -> String {
    let wake: EventBridgeEvent = event("scheduled-reconcile", &[]);
    match handle(&deps(setup), wake).await {
        Ok(outcome) => {
            assert!(outcome.resent.is_empty(), "{outcome:?}");
            outcome.stuck.join("\n")
        }
        Err(error) => format!("{error:#}"),
    }
}

pub async fn with_pipeline() -> Setup {
    let setup = Setup::new().await;
    pipeline(&setup).await;
    setup
}

pub async fn pipeline(setup: &Setup) {
    let definition = r#"{"Version":"2020-12-01","Steps":[{"Name":"Always","Type":"Condition",
        "Arguments":{"Conditions":[{"Type":"Equals","LeftValue":1,"RightValue":1}],
        "IfSteps":[],"ElseSteps":[]}}]}"#;
    let create = setup
        .sagemaker
        .create_pipeline()
        .pipeline_name(names::pipeline(STACK));
    let create = create
        .pipeline_definition(definition)
        .role_arn(roles::PIPELINE);
    create
        .client_request_token("-".repeat(32))
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_stack_in_order_is_left_alone() {
    let setup = with_pipeline().await;
    assert_eq!(due(&setup).await, "");
}

#[tokio::test]
async fn an_upload_without_a_receipt_goes_to_register_dataset_once_its_own_event_has_had_its_time()
{
    let setup = with_pipeline().await;
    setup.put("incoming/just-put.csv", "x").await;
    assert_eq!(due(&setup).await, "");
    setup.aws.cloud.world.advance(-15 * 60);
    setup.put("incoming/folder/", "").await;
    assert_eq!(due(&setup).await, "");
    setup.put("incoming/a.csv", "x").await;
    assert!(due(&setup).await.contains("reviewloop-register-dataset"));
}

/// CloudFormation allows a name that ends with a hyphen.
#[tokio::test]
async fn a_stacks_name_is_taken_as_it_is() {
    let setup = with_pipeline().await;
    stuck_run(&setup, "AlgorithmError: one class").await;
    let mut deps = deps(&setup);
    deps.config.stack = "odd-".to_owned();
    let wake = || -> EventBridgeEvent { event("scheduled-reconcile", &[]) };
    let notice = handle(&deps, wake()).await.unwrap().notice.unwrap();
    assert!(notice.ends_with(" --stack odd-"), "{notice}");
    setup.aws.cloud.world.advance(-15 * 60);
    setup.put("incoming/a.csv", "x").await;
    let error = handle(&deps, wake()).await.unwrap_err();
    let error = format!("{error:#}");
    assert!(error.contains("odd--register-dataset"), "{error}");
}

#[tokio::test]
async fn a_package_that_does_not_carry_its_verdict_goes_to_judge_model() {
    let setup = with_pipeline().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    assert!(due(&setup).await.contains("reviewloop-judge-model"));
    // The judge died between the two.
    setup.put("verdicts/00000001/x.json", "{}").await;
    assert!(due(&setup).await.contains("reviewloop-judge-model"));
    let update = setup.sagemaker.update_model_package();
    let update = update.model_package_arn(arn);
    update
        .customer_metadata_properties(METADATA_VERDICT_URI, "s3://b/verdicts/00000001/x.json")
        .send()
        .await
        .unwrap();
    assert_eq!(due(&setup).await, "");
}

#[tokio::test]
async fn changed_hosting_settings_go_to_the_endpoints_functions() {
    let setup = with_pipeline().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    watch(&setup).await;
    assert_eq!(due(&setup).await, "");
    let mut changed = deps(&setup);
    changed.config.hosted.hosting = "serverless:4096:5".parse().unwrap();
    let wake: EventBridgeEvent = event("scheduled-reconcile", &[]);
    let error = format!("{:#}", handle(&changed, wake).await.unwrap_err());
    assert!(error.contains("reviewloop-watch-endpoint"), "{error}");
}

#[tokio::test]
async fn an_approved_version_without_an_endpoint_goes_to_the_endpoints_functions() {
    let setup = with_pipeline().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    assert!(due(&setup).await.contains("reviewloop-watch-endpoint"));
}

/// A dataset version, and the run on it that was given up.
pub async fn stuck_run(setup: &Setup, reason: &str) -> Run {
    setup.put(&contracts::keys::version(DATASET, 1), "{}").await;
    let name = names::pipeline(STACK);
    let pipeline = loop_state::pipelines::describe(&setup.sagemaker, &name).await;
    let pipeline = pipeline.unwrap();
    let run = Run {
        dataset: DATASET.into(),
        pipeline_created: pipeline.created,
        day: String::new(),
        runs_of_day: 0,
        version: 1,
        version_id: "v".into(),
        attempt: 1,
        definition_hash: pipeline.definition_hash,
        parameters: [].into(),
        client_request_token: "t".into(),
        execution_arn: None,
        retries: 0,
        retried_failure: None,
        model_package_arn: None,
        evaluated_again: false,
        asked: [].into(),
        earlier_model_package_arn: None,
        studies: Vec::new(),
        state: RunState::Stuck {
            reason: reason.into(),
        },
    };
    setup
        .put(contracts::keys::RUN, serde_json::to_vec(&run).unwrap())
        .await;
    run
}

#[tokio::test]
async fn a_stuck_run_is_reported_and_started_again_only_under_another_definition() {
    let setup = with_pipeline().await;
    let run = stuck_run(&setup, "AlgorithmError: one class").await;
    assert_eq!(
        due(&setup).await,
        "dataset version 1: AlgorithmError: one class"
    );
    // The bucket was kept, and the pipeline is another one.
    let earlier = Run {
        pipeline_created: run.pipeline_created - 1,
        ..run.clone()
    };
    setup
        .put(contracts::keys::RUN, serde_json::to_vec(&earlier).unwrap())
        .await;
    let told = due(&setup).await;
    assert!(!told.contains("one class"), "{told}");
    let other = Run {
        definition_hash: "mended since".into(),
        ..run
    };
    setup
        .put(contracts::keys::RUN, serde_json::to_vec(&other).unwrap())
        .await;
    assert!(due(&setup).await.contains("reviewloop-start-pipeline"));
}

#[tokio::test]
pub async fn a_version_with_the_runs_own_rows_starts_no_execution() {
    let setup = pipeline::with_pipeline(pipeline::EMPTY).await;
    version(&setup, 1).await;
    start(&setup).await;
    ended(&setup, PipelineExecutionStatus::Succeeded).await;
    assert_eq!(start(&setup).await, start_pipeline::Outcome::Idle);
    version_of(&setup, 2, "version1").await;
    assert_eq!(start(&setup).await, start_pipeline::Outcome::Idle);
    assert_eq!(due(&setup).await, "");
    assert_eq!(executions(&setup).await.len(), 1);

    version(&setup, 3).await;
    assert!(due(&setup).await.contains("start-pipeline"));
    start(&setup).await;
    ended(&setup, PipelineExecutionStatus::Succeeded).await;
    assert_eq!(executions(&setup).await.len(), 2);
}
