//! A stack that is deployed anew on the bucket of one that was deleted: nothing of what is gone is taken for
//! what is there.

use aws_sdk_sagemaker::types::EndpointStatus;
use contracts::deployment::{Deployment, LiveVersion};
use contracts::run::{Run, RunState};
use contracts::{keys, names};

use super::deployment::{approved, deploy, settled, watch};
use super::manifests::version;
use super::pipeline::{EMPTY, create_pipeline, start, with_pipeline};
use super::provisioning::provision;
use super::setup::{STACK, Setup};

/// Puts what an earlier stack would have left there into an object.
async fn change<T>(setup: &Setup, key: &str, change: impl FnOnce(T) -> T)
where
    T: serde::de::DeserializeOwned + serde::Serialize,
{
    let found: T = setup.read(key).await.unwrap();
    setup
        .put(key, serde_json::to_vec(&change(found)).unwrap())
        .await;
}

#[tokio::test]
async fn a_run_of_a_pipeline_that_was_deleted_makes_way_for_the_newest_version() {
    // A release before this one did not note the time.
    let runs = [
        (RunState::Active, 1),
        (RunState::Succeeded, 1),
        (RunState::Succeeded, 0),
    ];
    for (state, pipeline_created) in runs {
        let setup = with_pipeline(EMPTY).await;
        version(&setup, 1).await;
        start(&setup).await;
        let run: Run = setup.read(keys::RUN).await.unwrap();
        let earlier = run.execution_arn.unwrap();
        let delete = setup.sagemaker.delete_pipeline();
        let delete = delete.pipeline_name(names::pipeline(STACK));
        let delete = delete.client_request_token("+".repeat(32));
        delete.send().await.unwrap();
        create_pipeline(&setup, EMPTY).await;
        // Created again within the same second, it would be the same to the run.
        let gone = earlier.replace("/execution/", "/execution/gone");
        change(&setup, keys::RUN, |run: Run| Run {
            pipeline_created,
            execution_arn: Some(gone),
            state,
            ..run
        })
        .await;
        for _ in 0..2 {
            start(&setup).await;
            let run: Run = setup.read(keys::RUN).await.unwrap();
            assert_eq!((run.version, run.attempt), (1, 1));
            let execution = run.execution_arn.unwrap();
            assert!(!execution.contains("gone"), "{execution}");
            assert_ne!(execution, earlier);
        }
    }
}

#[tokio::test]
async fn an_execution_that_does_not_exist_any_more_is_an_end_with_a_reason() {
    let setup = with_pipeline(EMPTY).await;
    version(&setup, 1).await;
    start(&setup).await;
    change(&setup, keys::RUN, |run: Run| Run {
        execution_arn: Some(
            run.execution_arn
                .unwrap()
                .replace("/execution/", "/execution/gone"),
        ),
        state: RunState::Active,
        ..run
    })
    .await;
    for _ in 0..2 {
        let outcome = start(&setup).await;
        let start_pipeline::Outcome::Stuck { version: 1, reason } = outcome else {
            panic!("{outcome:?}")
        };
        assert!(reason.ends_with(" does not exist any more"), "{reason}");
    }
}

#[tokio::test]
async fn another_datasets_version_is_run_whatever_its_number() {
    let setup = with_pipeline(EMPTY).await;
    version(&setup, 1).await;
    start(&setup).await;
    change(&setup, keys::RUN, |run: Run| Run {
        dataset: "complaints".into(),
        version: 7,
        version_id: "version7".into(),
        state: RunState::Succeeded,
        ..run
    })
    .await;
    start(&setup).await;
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!(
        (run.dataset.as_str(), run.version, run.attempt),
        ("reviews", 1, 1)
    );
}

#[tokio::test]
pub async fn a_record_of_an_earlier_groups_package_does_not_judge_the_one_of_the_same_arn() {
    let setup = Setup::new().await;
    let arn = approved(&setup, false).await;
    deploy(&setup, "model-package-approved").await;
    let (_, config) = settled(&setup).await;
    watch(&setup).await;
    provision(&setup, "custom-resource-models-delete", &[]).await;
    let delete = setup.sagemaker.delete_model_package_group();
    let delete = delete.model_package_group_name(&setup.group);
    delete.send().await.unwrap();
    let create = setup.sagemaker.create_model_package_group();
    let create = create.model_package_group_name(&setup.group);
    create.send().await.unwrap();
    assert_eq!(setup.keys(keys::DEPLOYMENTS).await.len(), 1);
    assert_eq!(setup.keys(keys::LIVE_VERSIONS).await.len(), 1);
    change(&setup, &keys::deployment(&config), |known: Deployment| {
        Deployment {
            package_created: 1,
            attempts: 9,
            confirmed: false,
            stuck: Some("given up".into()),
            ..known
        }
    })
    .await;
    change(&setup, &keys::live_version(&arn), |known: LiveVersion| {
        LiveVersion {
            // As a release before this one left it.
            package_created: 0,
            ..known
        }
    })
    .await;

    // The new group's version 1 never becomes healthy: as it was not live, it is withdrawn.
    let again = approved(&setup, true).await;
    assert_eq!(again, arn);
    for attempt in 1..=2 {
        let created = deploy(&setup, "model-package-approved").await;
        assert!(
            matches!(created, deploy_model::Outcome::Creating { .. }),
            "{created:?}"
        );
        assert_eq!(settled(&setup).await.0, EndpointStatus::Failed);
        let record: Deployment = setup.read(&keys::deployment(&config)).await.unwrap();
        assert_eq!(record.attempts, attempt);
        if attempt == 1 {
            deploy(&setup, "endpoint-failed").await;
            setup
                .until(async || {
                    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
                    describe.send().await.is_err().then_some(())
                })
                .await;
        }
    }
    let withdrawn = watch(&setup).await;
    assert!(
        matches!(
            withdrawn,
            watch_endpoint::Outcome::Withdrawn { version: 1, .. }
        ),
        "{withdrawn:?}"
    );
}
