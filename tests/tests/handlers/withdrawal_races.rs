//! deploy-model and watch-endpoint wake on the same event of an endpoint that was rolled back.

use aws_sdk_sagemaker::types::EndpointStatus;
use contracts::deployment::Deployment;
use contracts::keys;
use contracts::verdict::METADATA_WITHDRAWN;
use deploy_model::{Deps, Outcome, handle};
use time::OffsetDateTime;

use super::deployment::{approved, deploy, deployer, settled, watch};
use super::halting::Halt;
use super::setup::{STACK, Setup, event};

/// Where deploy-model stands while watch-endpoint withdraws the version that it has listed as approved.
#[tokio::test]
async fn a_version_that_is_withdrawn_meanwhile_is_not_deployed_again() {
    for halt in [
        Halt::at("GET", keys::DEPLOYMENTS),
        Halt::at("POST", "DescribeModelPackage"),
    ] {
        let setup = Setup::new().await;
        approved(&setup, false).await;
        deploy(&setup, "model-package-approved").await;
        let (_, champion) = settled(&setup).await;
        watch(&setup).await;
        let broken = approved(&setup, true).await;
        deploy(&setup, "model-package-approved").await;
        settled(&setup).await;

        let deps = Deps::new(
            &halt.config(&setup, "deploy-model"),
            deployer(&setup).config,
        );
        let wake = event("endpoint-rolled-back-silently", &[]);
        let (decided, withdrawn) = halt.during(handle(&deps, wake), watch(&setup)).await;
        let decided = decided.unwrap();
        assert!(
            matches!(
                withdrawn,
                watch_endpoint::Outcome::Withdrawn { version: 2, .. }
            ),
            "{withdrawn:?}"
        );
        assert!(
            matches!(decided, Outcome::Waiting { version: 2, .. }),
            "{halt:?}: {decided:?}"
        );
        let metadata = setup.metadata(&broken).await;
        assert!(metadata.contains_key(METADATA_WITHDRAWN), "{metadata:?}");
        let live = Outcome::Live {
            version: 1,
            endpoint_config: champion.clone(),
        };
        for _ in 0..2 {
            let decided = deploy(&setup, "model-package-rejected-after-approved").await;
            assert_eq!(decided, live);
        }
        // A person approves it again.
        setup.approve(&broken).await;
        let again = deploy(&setup, "model-package-approved").await;
        assert!(
            matches!(again, Outcome::Updating { version: 2, .. }),
            "{again:?}"
        );
    }
}

/// The decision comes between the look and the call, where nothing was asked for the version before.
#[tokio::test]
async fn a_version_that_is_rejected_before_its_first_call_is_not_deployed() {
    let setup = Setup::new().await;
    let arn = approved(&setup, false).await;
    let halt = Halt::at("POST", "DescribeModelPackage");
    let deps = Deps::new(
        &halt.config(&setup, "deploy-model"),
        deployer(&setup).config,
    );
    let wake = event("model-package-approved", &[]);
    let (decided, ()) = halt.during(handle(&deps, wake), setup.reject(&arn)).await;
    let decided = decided.unwrap();
    assert!(
        matches!(decided, Outcome::Waiting { version: 1, .. }),
        "{decided:?}"
    );
    assert_eq!(setup.keys(keys::DEPLOYMENTS).await, [""; 0]);
    let next = deploy(&setup, "model-package-rejected-after-approved").await;
    assert_eq!(next, Outcome::NothingApproved);
}

#[tokio::test]
async fn a_withdrawn_version_that_is_approved_again_has_all_its_attempts() {
    let setup = Setup::new().await;
    let broken = approved(&setup, true).await;
    for attempt in 1..=2 {
        if attempt > 1 {
            delete_failed(&setup).await;
        }
        deploy(&setup, "model-package-approved").await;
        assert_eq!(settled(&setup).await.0, EndpointStatus::Failed);
    }
    let (_, config) = settled(&setup).await;
    let withdrawn = watch(&setup).await;
    assert!(
        matches!(
            withdrawn,
            watch_endpoint::Outcome::Withdrawn { version: 1, .. }
        ),
        "{withdrawn:?}"
    );

    // Days later: the pause behind the last attempt is over.
    let key = keys::deployment(&config);
    let record: Deployment = setup.read(&key).await.unwrap();
    let earlier = Deployment {
        asked_at: Some(OffsetDateTime::UNIX_EPOCH),
        ..record
    };
    setup.put(&key, serde_json::to_vec(&earlier).unwrap()).await;
    setup.approve(&broken).await;
    for attempt in 1..=2 {
        delete_failed(&setup).await;
        let created = deploy(&setup, "model-package-approved").await;
        assert!(
            matches!(created, Outcome::Creating { version: 1, .. }),
            "attempt {attempt}: {created:?}"
        );
        assert_eq!(settled(&setup).await.0, EndpointStatus::Failed);
        let record: Deployment = setup.read(&key).await.unwrap();
        assert_eq!(record.attempts, attempt);
    }
}

/// As deploy-model does with an endpoint that may have another attempt.
async fn delete_failed(setup: &Setup) {
    let deleting = deploy(setup, "endpoint-failed").await;
    assert_eq!(deleting, Outcome::Deleting { version: 1 });
    setup
        .until(async || {
            let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
            describe.send().await.is_err().then_some(())
        })
        .await;
}
