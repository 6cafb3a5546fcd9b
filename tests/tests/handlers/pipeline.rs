//! start-pipeline and watch-pipeline: the single flight.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use contracts::event::PipelineExecution;
use contracts::run::{Failure, FailureClass, Run, RunState};
use contracts::{keys, names, pipeline};
use policy::single_flight::Bounds;
use start_pipeline::{Outcome, Wake};

use super::manifests::version;
use super::roles;
use super::setup::{DATASET, IMAGE, STACK, Setup, event};

const BOUNDS: Bounds = Bounds {
    attempts: 2,
    retries: 2,
    runs_a_day: u32::MAX,
};

/// Ends at once, well.
pub const EMPTY: &str = r#"{"Name":"Always","Type":"Condition","Arguments":{
    "Conditions":[{"Type":"Equals","LeftValue":1,"RightValue":1}],"IfSteps":[],"ElseSteps":[]}}"#;

fn fails(reason: &str) -> String {
    format!(r#"{{"Name":"TrainModel","Type":"Fail","Arguments":{{"ErrorMessage":"{reason}"}}}}"#)
}

/// Runs until it is stopped.
pub fn waits() -> String {
    serde_json::json!({"Name": "PrepareDataset", "Type": "Processing", "Arguments": {
        "AppSpecification": {"ImageUri": IMAGE, "ContainerArguments": ["wait"]},
        "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large",
                                "InstanceCount": 1, "VolumeSizeInGB": 5}},
        "RoleArn": roles::EXECUTION}})
    .to_string()
}

fn definition(step: &str) -> String {
    let parameters: Vec<_> = pipeline::RESERVED
        .iter()
        .map(|name| serde_json::json!({"Name": name, "Type": "String", "DefaultValue": "-"}))
        .chain([serde_json::json!({"Name": "Epochs", "Type": "String", "DefaultValue": "1"})])
        .collect();
    let parameters = serde_json::to_string(&parameters).unwrap();
    format!(r#"{{"Version":"2020-12-01","Parameters":{parameters},"Steps":[{step}]}}"#)
}

pub async fn with_pipeline(step: &str) -> Setup {
    let setup = Setup::new().await;
    create_pipeline(&setup, step).await;
    setup
}

pub async fn create_pipeline(setup: &Setup, step: &str) {
    define_pipeline(setup, &definition(step)).await;
}

pub async fn define_pipeline(setup: &Setup, definition: &str) {
    let create = setup.sagemaker.create_pipeline();
    let create = create.pipeline_name(names::pipeline(STACK));
    let create = create.role_arn(roles::PIPELINE);
    let create = create.client_request_token("-".repeat(32));
    create.pipeline_definition(definition).send().await.unwrap();
}

/// Gives the pipeline another step.
pub async fn redefine(setup: &Setup, step: &str) {
    let update = setup
        .sagemaker
        .update_pipeline()
        .pipeline_name(names::pipeline(STACK));
    update
        .pipeline_definition(definition(step))
        .send()
        .await
        .unwrap();
}

pub fn starter(setup: &Setup) -> start_pipeline::Deps {
    start_pipeline::Deps::new(
        &setup.of("start-pipeline"),
        start_pipeline::Config {
            bucket: setup.bucket.name.clone(),
            dataset_name: DATASET.into(),
            pipeline_name: names::pipeline(STACK),
            model_package_group: setup.group.clone(),
            bounds: BOUNDS,
            maximum_training_rows: 1_000_000,
        },
    )
}

pub fn watcher(setup: &Setup) -> watch_pipeline::Deps {
    watch_pipeline::Deps::new(
        &setup.of("watch-pipeline"),
        watch_pipeline::Config {
            bucket: setup.bucket.name.clone(),
            pipeline_name: names::pipeline(STACK),
            bounds: BOUNDS,
        },
    )
}

pub async fn start(setup: &Setup) -> Outcome {
    let wake: Wake = event("dataset-version-written", &[]);
    start_pipeline::handle(&starter(setup), wake).await.unwrap()
}

pub async fn executions(setup: &Setup) -> Vec<(String, Status)> {
    let list = setup
        .sagemaker
        .list_pipeline_executions()
        .pipeline_name(names::pipeline(STACK));
    let listed = list
        .send()
        .await
        .unwrap()
        .pipeline_execution_summaries
        .unwrap_or_default();
    let pairs = listed.into_iter().map(|summary| {
        (
            summary.pipeline_execution_arn.unwrap(),
            summary.pipeline_execution_status.unwrap(),
        )
    });
    pairs.collect()
}

pub async fn ended(setup: &Setup, wanted: Status) {
    setup
        .until(async || {
            let newest = executions(setup).await.into_iter().next()?;
            (newest.1 == wanted).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_version_is_run_once_and_a_newer_one_after_it() {
    let setup = with_pipeline(EMPTY).await;
    assert_eq!(start(&setup).await, Outcome::Idle);
    version(&setup, 1).await;
    let first = start(&setup).await;
    assert!(matches!(
        first,
        Outcome::Running {
            version: 1,
            attempt: 1,
            ..
        } | Outcome::Idle
    ));
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    assert_eq!(start(&setup).await, Outcome::Idle);
    assert_eq!(executions(&setup).await.len(), 1);

    version(&setup, 2).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    for _ in 0..2 {
        assert_eq!(start(&setup).await, Outcome::Idle);
    }
    assert_eq!(executions(&setup).await.len(), 2);
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!((run.version, run.state), (2, RunState::Succeeded));
}

#[tokio::test]
async fn never_two_executions_at_a_time_and_the_newest_waiting_version_is_next() {
    let setup = with_pipeline(&waits()).await;
    version(&setup, 1).await;
    let wakes = (0..8).map(|_| start(&setup));
    for outcome in futures::future::join_all(wakes).await {
        assert!(
            matches!(outcome, Outcome::Running { version: 1, .. }),
            "{outcome:?}"
        );
    }
    assert_eq!(executions(&setup).await.len(), 1);
    version(&setup, 2).await;
    version(&setup, 3).await;
    assert!(matches!(
        start(&setup).await,
        Outcome::Running { version: 1, .. }
    ));

    let arn = executions(&setup).await.remove(0).0;
    let stop = setup
        .sagemaker
        .stop_pipeline_execution()
        .pipeline_execution_arn(&arn);
    stop.client_request_token("-".repeat(32))
        .send()
        .await
        .unwrap();
    ended(&setup, Status::Stopped).await;
    assert!(matches!(
        start(&setup).await,
        Outcome::Running { version: 3, .. }
    ));
    assert_eq!(executions(&setup).await.len(), 2);
}

#[tokio::test]
async fn a_crash_between_claim_and_start_is_repaired_with_the_same_token() {
    let setup = with_pipeline(&waits()).await;
    version(&setup, 1).await;
    start(&setup).await;
    let mut run: Run = setup.read(keys::RUN).await.unwrap();
    let arn = run.execution_arn.take();
    setup
        .put(keys::RUN, serde_json::to_vec(&run).unwrap())
        .await;
    let again = start(&setup).await;
    let Outcome::Running { execution_arn, .. } = again else {
        panic!("{again:?}")
    };
    assert_eq!(Some(execution_arn), arn);
    assert_eq!(executions(&setup).await.len(), 1);
}

#[tokio::test]
async fn a_permanent_failure_is_stuck_until_the_definition_changes() {
    let setup = with_pipeline(&fails("AlgorithmError: one class")).await;
    version(&setup, 1).await;
    start(&setup).await;
    ended(&setup, Status::Failed).await;
    let explained = explain(&setup).await;
    let watch_pipeline::Outcome::Explained { failure } = explained else {
        panic!("{explained:?}")
    };
    assert_eq!(failure.class, FailureClass::Permanent);
    for _ in 0..2 {
        let stuck = start(&setup).await;
        let Outcome::Stuck { version: 1, reason } = stuck else {
            panic!("{stuck:?}")
        };
        assert!(reason.contains("one class"), "{reason}");
    }
    redefine(&setup, EMPTY).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    assert_eq!(start(&setup).await, Outcome::Idle);
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!(run.attempt, 2);
}

async fn explain(setup: &Setup) -> watch_pipeline::Outcome {
    let arn = executions(setup).await.remove(0).0;
    let sample = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/reviewloop-text-classifier/execution/p4exec0000aa";
    let event: EventBridgeEvent<PipelineExecution> =
        event("pipeline-execution-failed", &[(sample, &arn)]);
    watch_pipeline::handle(&watcher(setup), event)
        .await
        .unwrap()
}

#[tokio::test]
pub async fn a_capacity_fault_is_retried_in_place_within_the_bound() {
    let setup = with_pipeline(&fails("CapacityError: no ml.c5.2xlarge left")).await;
    version(&setup, 1).await;
    start(&setup).await;
    for retry in 1..=BOUNDS.retries {
        ended(&setup, Status::Failed).await;
        assert!(
            matches!(start(&setup).await, Outcome::Running { .. }),
            "left to the retry"
        );
        let retried = explain(&setup).await;
        let watch_pipeline::Outcome::Retried { retry: found, .. } = retried else {
            panic!("{retried:?}")
        };
        assert_eq!(found, retry);
    }
    ended(&setup, Status::Failed).await;
    let explained = explain(&setup).await;
    assert!(
        matches!(explained, watch_pipeline::Outcome::Explained { .. }),
        "{explained:?}"
    );
    assert!(matches!(start(&setup).await, Outcome::Stuck { .. }));
    assert_eq!(executions(&setup).await.len(), 1);
    let failures = setup.keys(keys::FAILURES).await;
    let failure: Failure = setup.read(&failures[0]).await.unwrap();
    assert_eq!(failure.step.as_deref(), Some("TrainModel"));
}

#[tokio::test]
async fn a_retry_counted_and_never_made_holds_the_next_version_back_and_is_made_later() {
    let setup = with_pipeline(&fails("CapacityError: no ml.c5.2xlarge left")).await;
    version(&setup, 1).await;
    start(&setup).await;
    ended(&setup, Status::Failed).await;
    let arn = executions(&setup).await.remove(0).0;
    let failed = loop_state::execution::describe(&setup.sagemaker, &arn)
        .await
        .unwrap();
    // The last retry is counted, and its watcher dies before the call.
    let run: Run = setup.read(keys::RUN).await.unwrap();
    let counted = Run {
        retries: BOUNDS.retries,
        retried_failure: Some(failed.last_modified_time),
        ..run
    };
    setup
        .put(keys::RUN, serde_json::to_vec(&counted).unwrap())
        .await;
    version(&setup, 2).await;
    assert!(matches!(
        start(&setup).await,
        Outcome::Running { version: 1, .. }
    ));
    let retried = explain(&setup).await;
    assert!(
        matches!(retried, watch_pipeline::Outcome::Retried { retry, .. } if retry == BOUNDS.retries),
        "{retried:?}"
    );
    ended(&setup, Status::Failed).await;
    assert!(matches!(
        start(&setup).await,
        Outcome::Running { version: 2, .. }
    ));
    assert_eq!(executions(&setup).await.len(), 2);
}

#[tokio::test]
async fn a_persons_start_has_its_parameters_and_its_turn() {
    let setup = with_pipeline(EMPTY).await;
    let wish = |name: &str| -> Wake {
        serde_json::from_value(serde_json::json!({"start": {"parameters": {name: "7"}}})).unwrap()
    };
    let deps = starter(&setup);
    let early = start_pipeline::handle(&deps, wish("Epochs")).await.unwrap();
    assert!(matches!(early, Outcome::Refused { .. }), "{early:?}");
    version(&setup, 1).await;
    let reserved = start_pipeline::handle(&deps, wish(pipeline::DATASET_MANIFEST))
        .await
        .unwrap();
    assert!(matches!(reserved, Outcome::Refused { .. }), "{reserved:?}");
    start_pipeline::handle(&deps, wish("Epochs")).await.unwrap();
    ended(&setup, Status::Succeeded).await;
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!(run.parameters["Epochs"], "7");
    assert_eq!(
        run.parameters[pipeline::CHAMPION_MODEL_PACKAGE],
        pipeline::NONE
    );
}

#[tokio::test]
async fn a_refused_start_is_stuck_and_holds_nobody_up() {
    let setup = with_pipeline(EMPTY).await;
    version(&setup, 1).await;
    let wish: Wake =
        serde_json::from_value(serde_json::json!({"start": {"parameters": {"Bogus": "1"}}}))
            .unwrap();
    let stuck = start_pipeline::handle(&starter(&setup), wish)
        .await
        .unwrap();
    let Outcome::Stuck { reason, .. } = stuck else {
        panic!("{stuck:?}")
    };
    assert!(reason.contains("the start was refused"), "{reason}");
    version(&setup, 2).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    assert_eq!(start(&setup).await, Outcome::Idle);
}
