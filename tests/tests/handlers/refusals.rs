//! What SageMaker refuses to host is no fault of the version.

use aws_sdk_sagemaker::types::{EndpointStatus, ModelApprovalStatus};
use contracts::deployment::{Deployment, LiveVersion};
use contracts::keys;
use deploy_model::{Deps, Outcome, handle};
use time::OffsetDateTime;

use super::deployment::{approved, deploy, deployer, settled, watch};
use super::reconcile::{due, with_pipeline};
use super::refusing;
use super::setup::{STACK, Setup, event};

const QUOTA: (&str, &str) = (
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.m5.large for endpoint usage' is 1 Instances",
);
const UNKNOWN_TYPE: (&str, &str) = ("ValidationException", "There is no such instance type.");

/// deploy-model against a service that refuses an operation some times.
async fn refused(
    setup: &Setup,
    operation: &'static str,
    error: (&'static str, &str),
    times: usize,
) -> Outcome {
    let deps = Deps::new(
        &refusing::config(setup, "deploy-model", operation, error, times),
        deployer(setup).config,
    );
    let wake = event("model-package-approved", &[]);
    handle(&deps, wake).await.unwrap()
}

async fn record(setup: &Setup) -> (String, Deployment) {
    let keys = setup.keys(keys::DEPLOYMENTS).await;
    let [key] = keys.as_slice() else {
        panic!("{keys:?}")
    };
    (key.clone(), setup.read(key).await.unwrap())
}

/// The deployment records with their ETag and time.
async fn deployments(setup: &Setup) -> Vec<String> {
    let listed = loop_state::objects::list_objects(&setup.bucket, "state/deployments/").await;
    let listed = listed.unwrap().into_iter();
    listed
        .map(|object| format!("{} {} {:?}", object.key, object.etag, object.modified))
        .collect()
}

#[tokio::test]
async fn a_quota_leaves_the_registry_alone_and_shows_sagemakers_own_sentence() {
    let setup = with_pipeline().await;
    let arn = approved(&setup, false).await;
    for operation in ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"] {
        let outcome = refused(&setup, operation, QUOTA, 1).await;
        let Outcome::Refused { version: 1, reason } = outcome else {
            panic!("{operation}: {outcome:?}")
        };
        assert!(reason.contains(QUOTA.1), "{reason}");
        let (key, record) = record(&setup).await;
        assert_eq!(record.attempts, 0, "{operation}: nothing was built");
        assert!(record.stuck.unwrap().contains(QUOTA.1));
        // Within the pause nothing is tried, whoever wakes the function.
        let outcome = deploy(&setup, "model-package-approved").await;
        assert!(
            matches!(outcome, Outcome::Stuck { version: 1, .. }),
            "{outcome:?}"
        );
        assert!(due(&setup).await.contains(QUOTA.1), "reconcile says it");
        let told = setup.keys(contracts::keys::TOLD).await;
        assert!(told.is_empty(), "a person is not told of a pause: {told:?}");
        // The pause is over.
        let asked_at = Some(OffsetDateTime::UNIX_EPOCH);
        let (_, record) = self::record(&setup).await;
        let earlier = Deployment { asked_at, ..record };
        setup.put(&key, serde_json::to_vec(&earlier).unwrap()).await;
        assert!(due(&setup).await.contains("reviewloop-watch-endpoint"));
    }
    assert_eq!(setup.approval(&arn).await.0, ModelApprovalStatus::Approved);
    let outcome = deploy(&setup, "model-package-approved").await;
    assert!(matches!(outcome, Outcome::Creating { .. }), "{outcome:?}");
    assert_eq!(settled(&setup).await.0, EndpointStatus::InService);
    let (_, record) = record(&setup).await;
    assert_eq!((record.refused, record.stuck), (None, None));
}

#[tokio::test]
async fn a_lasting_refusal_is_not_repeated_until_the_version_is_approved_again() {
    let setup = Setup::new().await;
    let arn = approved(&setup, false).await;
    let outcome = refused(&setup, "CreateEndpointConfig", UNKNOWN_TYPE, 1).await;
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    for _ in 0..2 {
        let outcome = deploy(&setup, "model-package-approved").await;
        let Outcome::Stuck { reason, .. } = outcome else {
            panic!("{outcome:?}")
        };
        assert!(reason.contains(UNKNOWN_TYPE.1), "{reason}");
    }
    setup.approve(&arn).await;
    let outcome = deploy(&setup, "model-package-approved").await;
    assert!(matches!(outcome, Outcome::Creating { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_config_that_sagemaker_does_not_see_yet_is_asked_for_again_in_the_same_call() {
    let setup = Setup::new().await;
    approved(&setup, false).await;
    let stale = (
        "ValidationException",
        "Could not find endpoint configuration \"arn\".",
    );
    let outcome = refused(&setup, "CreateEndpoint", stale, 1).await;
    assert!(matches!(outcome, Outcome::Creating { .. }), "{outcome:?}");
    assert_eq!(record(&setup).await.1.attempts, 1);
}

#[tokio::test]
async fn a_version_that_was_live_once_is_known_as_such_under_any_config() {
    let setup = Setup::new().await;
    let arn = approved(&setup, false).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    assert_eq!(setup.keys(keys::LIVE_VERSIONS).await, [""; 0]);
    for _ in 0..2 {
        watch(&setup).await;
        let live: LiveVersion = setup.read(&keys::live_version(&arn)).await.unwrap();
        assert_eq!(live.model_package_arn, arn);
    }
}

#[tokio::test]
async fn an_endpoint_with_instances_is_not_asked_to_become_serverless() {
    let setup = with_pipeline().await;
    approved(&setup, false).await;
    let mut instances = deployer(&setup);
    instances.config.hosted.hosting = "instance:ml.m5.large".parse().unwrap();
    let wake = || event("model-package-approved", &[]);
    handle(&instances, wake()).await.unwrap();
    assert_eq!(settled(&setup).await.0, EndpointStatus::InService);

    // The stack now says serverless.
    let outcome = deploy(&setup, "model-package-approved").await;
    let Outcome::Stuck { version: 1, reason } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.contains("delete the endpoint"), "{reason}");
    assert!(due(&setup).await.contains("delete the endpoint"));
    // Another look finds no new approval, and writes nothing.
    let written = deployments(&setup).await;
    assert_eq!(written.len(), 2);
    deploy(&setup, "model-package-approved").await;
    assert_eq!(deployments(&setup).await, written);
    let delete = setup.sagemaker.delete_endpoint().endpoint_name(STACK);
    delete.send().await.unwrap();
    setup
        .until(async || {
            let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
            describe.send().await.is_err().then_some(())
        })
        .await;
    let outcome = deploy(&setup, "model-package-approved").await;
    assert!(matches!(outcome, Outcome::Creating { .. }), "{outcome:?}");
}
