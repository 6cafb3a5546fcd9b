//! deploy-model and watch-endpoint.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_sagemaker::types::{EndpointStatus, ModelApprovalStatus};
use contracts::deployment::Deployment;
use contracts::event::Endpoint;
use contracts::verdict::METADATA_WITHDRAWN;
use contracts::{keys, names};
use policy::hosting::Hosted;
use policy::routing::Routing;

use super::gate::evaluation;
use super::roles;
use super::setup::{STACK, Setup, event, hosting};

/// As the tests' stack is set up.
pub fn hosted(setup: &Setup) -> Hosted {
    Hosted {
        endpoint_name: names::endpoint(STACK),
        model_package_group: setup.group.clone(),
        hosting: hosting(),
        execution_role_arn: roles::EXECUTION.into(),
        maximum_attempts: 2,
    }
}

/// As the template has it where nothing is said.
pub const NO_SCALING: &str = "1..1@300;";

pub fn deployer(setup: &Setup) -> deploy_model::Deps {
    let config = deploy_model::Config {
        bucket: setup.bucket.name.clone(),
        hosted: hosted(setup),
        scaling: NO_SCALING.parse().unwrap(),
        routing: Routing::AllAtOnce,
    };
    deploy_model::Deps::new(&setup.of("deploy-model"), config)
}

pub fn watcher(setup: &Setup) -> watch_endpoint::Deps {
    let config = watch_endpoint::Config {
        bucket: setup.bucket.name.clone(),
        hosted: hosted(setup),
    };
    watch_endpoint::Deps::new(&setup.of("watch-endpoint"), config)
}

pub async fn deploy(setup: &Setup, sample: &str) -> deploy_model::Outcome {
    deploy_model::handle(&deployer(setup), event(sample, &[]))
        .await
        .unwrap()
}

pub async fn watch(setup: &Setup) -> watch_endpoint::Outcome {
    let event: EventBridgeEvent<Endpoint> = event("endpoint-in-service", &[]);
    watch_endpoint::handle(&watcher(setup), event)
        .await
        .unwrap()
}

/// Waits until the endpoint has come to rest, and returns its status and config.
pub async fn settled(setup: &Setup) -> (EndpointStatus, String) {
    setup
        .until(async || {
            let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
            let endpoint = describe.send().await.ok()?;
            let status = endpoint.endpoint_status?;
            let rests = matches!(status, EndpointStatus::InService | EndpointStatus::Failed);
            rests.then(|| (status, endpoint.endpoint_config_name.unwrap_or_default()))
        })
        .await
}

pub async fn approved(setup: &Setup, refuses_ping: bool) -> String {
    let arn = setup.register(&evaluation(140, None), refuses_ping).await;
    setup.approve(&arn).await;
    arn
}

#[tokio::test]
async fn the_endpoint_follows_the_highest_approved_version() {
    use deploy_model::Outcome;
    let setup = Setup::new().await;
    assert_eq!(
        deploy(&setup, "model-package-approved").await,
        Outcome::NothingApproved
    );
    approved(&setup, false).await;
    let first = deploy(&setup, "model-package-approved").await;
    let Outcome::Creating {
        version: 1,
        endpoint_config: first,
    } = first
    else {
        panic!("{first:?}")
    };
    let busy = deploy(&setup, "model-package-metadata-only").await;
    assert!(
        matches!(busy, Outcome::Waiting { .. } | Outcome::Live { .. }),
        "{busy:?}"
    );
    assert_eq!(
        settled(&setup).await,
        (EndpointStatus::InService, first.clone())
    );
    let live = deploy(&setup, "endpoint-in-service").await;
    assert_eq!(
        live,
        Outcome::Live {
            version: 1,
            endpoint_config: first.clone()
        }
    );
    for _ in 0..2 {
        let confirmed = watch(&setup).await;
        let endpoint_config = first.clone();
        let expected = watch_endpoint::Outcome::Confirmed {
            version: 1,
            endpoint_config,
        };
        assert_eq!(confirmed, expected);
    }

    approved(&setup, false).await;
    let second = deploy(&setup, "model-package-approved").await;
    let Outcome::Updating {
        version: 2,
        endpoint_config: second,
    } = second
    else {
        panic!("{second:?}")
    };
    assert_eq!(
        settled(&setup).await,
        (EndpointStatus::InService, second.clone())
    );
    watch(&setup).await;
    // The first version's event comes once more, after the next is live.
    let late = deploy(&setup, "model-package-approved").await;
    assert_eq!(
        late,
        Outcome::Live {
            version: 2,
            endpoint_config: second
        }
    );
}

#[tokio::test]
pub async fn a_rolled_back_version_is_withdrawn_and_not_deployed_again() {
    use deploy_model::Outcome;
    let setup = Setup::new().await;
    approved(&setup, false).await;
    deploy(&setup, "model-package-approved").await;
    let (_, champion) = settled(&setup).await;
    watch(&setup).await;

    let broken = approved(&setup, true).await;
    deploy(&setup, "model-package-approved").await;
    // Silently back on the old config.
    assert_eq!(
        settled(&setup).await,
        (EndpointStatus::InService, champion.clone())
    );
    let waiting = deploy(&setup, "endpoint-rolled-back-silently").await;
    assert!(
        matches!(waiting, Outcome::AwaitingWithdrawal { version: 2, .. }),
        "{waiting:?}"
    );
    let withdrawn = watch(&setup).await;
    let watch_endpoint::Outcome::Withdrawn { version: 2, reason } = withdrawn else {
        panic!("{withdrawn:?}")
    };
    let (status, description) = setup.approval(&broken).await;
    assert_eq!(status, ModelApprovalStatus::Rejected);
    assert!(description.contains(&reason), "{description}");
    for _ in 0..2 {
        let settled = deploy(&setup, "model-package-rejected-after-approved").await;
        let expected = Outcome::Live {
            version: 1,
            endpoint_config: champion.clone(),
        };
        assert_eq!(settled, expected);
        watch(&setup).await;
    }
    assert!(
        setup
            .metadata(&broken)
            .await
            .contains_key(METADATA_WITHDRAWN)
    );
    // A person approves it again: it is tried again, and is withdrawn no longer.
    setup.approve(&broken).await;
    let again = deploy(&setup, "model-package-approved").await;
    assert!(
        matches!(again, Outcome::Updating { version: 2, .. }),
        "{again:?}"
    );
    assert!(
        !setup
            .metadata(&broken)
            .await
            .contains_key(METADATA_WITHDRAWN)
    );
}

#[tokio::test]
async fn a_version_rejected_during_its_deployment_and_approved_again_gets_another_attempt() {
    use deploy_model::Outcome;
    let setup = Setup::new().await;
    approved(&setup, false).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    watch(&setup).await;
    let broken = approved(&setup, true).await;
    deploy(&setup, "model-package-approved").await;
    setup.reject(&broken).await;
    settled(&setup).await;
    watch(&setup).await;

    setup.approve(&broken).await;
    let waiting = watch(&setup).await;
    assert!(
        matches!(waiting, watch_endpoint::Outcome::InProgress { .. }),
        "{waiting:?}"
    );
    let again = deploy(&setup, "model-package-approved").await;
    assert!(
        matches!(again, Outcome::Updating { version: 2, .. }),
        "{again:?}"
    );
    settled(&setup).await;
    let withdrawn = watch(&setup).await;
    assert!(
        matches!(
            withdrawn,
            watch_endpoint::Outcome::Withdrawn { version: 2, .. }
        ),
        "{withdrawn:?}"
    );
}

#[tokio::test]
pub async fn a_deployment_overtaken_by_the_next_is_confirmed_and_no_rollback() {
    use deploy_model::Outcome;
    let setup = Setup::new().await;
    approved(&setup, false).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    watch(&setup).await;
    approved(&setup, false).await;
    let second = deploy(&setup, "model-package-approved").await;
    let Outcome::Updating {
        endpoint_config: second,
        ..
    } = second
    else {
        panic!("{second:?}")
    };
    // A third version is approved while the second is on its way.
    let third = approved(&setup, false).await;
    assert_eq!(settled(&setup).await.1, second);
    // deploy-model moves on before watch-endpoint has seen the second live.
    deploy(&setup, "model-package-approved").await;
    let record: Deployment = setup.read(&keys::deployment(&second)).await.unwrap();
    assert!(record.confirmed);
    settled(&setup).await;

    // A person takes the third back: the second is wanted again, and its past is no obstacle.
    setup.reject(&third).await;
    let live = deploy(&setup, "model-package-rejected-after-approved").await;
    assert!(
        matches!(live, Outcome::Updating { version: 2, .. }),
        "{live:?}"
    );
    settled(&setup).await;
    let confirmed = watch(&setup).await;
    assert!(
        matches!(
            confirmed,
            watch_endpoint::Outcome::Confirmed { version: 2, .. }
        ),
        "{confirmed:?}"
    );
}

#[tokio::test]
async fn a_failed_endpoint_is_made_anew_within_the_bound_and_then_given_up() {
    use deploy_model::Outcome;
    let setup = Setup::new().await;
    let broken = approved(&setup, true).await;
    for attempt in 1..=2 {
        let created = deploy(&setup, "model-package-approved").await;
        assert!(
            matches!(created, Outcome::Creating { .. }),
            "attempt {attempt}: {created:?}"
        );
        assert_eq!(settled(&setup).await.0, EndpointStatus::Failed);
        if attempt == 1 {
            let deleting = deploy(&setup, "endpoint-failed").await;
            assert_eq!(deleting, Outcome::Deleting { version: 1 });
            setup
                .until(async || {
                    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
                    describe.send().await.is_err().then_some(())
                })
                .await;
        }
    }
    let withdrawn = watch(&setup).await;
    assert!(matches!(
        withdrawn,
        watch_endpoint::Outcome::Withdrawn { version: 1, .. }
    ));
    assert_eq!(
        setup.approval(&broken).await.0,
        ModelApprovalStatus::Rejected
    );
    assert_eq!(
        deploy(&setup, "endpoint-failed").await,
        Outcome::NothingApproved
    );
}
