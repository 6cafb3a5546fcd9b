//! shift-traffic and deploy-model: a challenger beside the champion, and what goes wrong meanwhile.

use aws_sdk_sagemaker::types::ModelApprovalStatus as Status;
use aws_sdk_sagemakerruntime::error::ProvideErrorMetadata;
use aws_sdk_sagemakerruntime::primitives::Blob;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use futures::future::join_all;
use rollout::{End, Strategy};
use shift_traffic::{Deps, Outcome};

use super::deployment::{self, settled};
use super::rollout::{admitted, end, look, record};
use super::rollout_variants::{beside, converge, deployer, hosted, shifter, slots, variants};
use super::setup::{STACK, Setup, event};

#[tokio::test]
pub async fn a_challenger_that_does_not_start_is_left_to_a_person_and_the_champion_stays() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    let champion = deployment::approved(&setup, false).await;
    converge(&setup).await;
    let challenger = admitted(&setup, &champion, true).await;
    look(&deps).await;
    let stuck = converge(&setup).await;
    assert!(
        matches!(stuck, deploy_model::Outcome::Stuck { version: 2, .. }),
        "{stuck:?}"
    );
    let outcome = look(&deps).await;
    let (ended, reason) = end(&outcome);
    assert_eq!(ended, End::NotDeployed);
    assert!(reason.contains("version 2 was not deployed"), "{reason}");
    let (status, description) = setup.approval(&challenger).await;
    assert_eq!(status, Status::PendingManualApproval);
    assert!(
        description.starts_with("Rollout not deployed"),
        "{description}"
    );
    let live = converge(&setup).await;
    assert!(
        matches!(live, deploy_model::Outcome::Live { version: 1, .. }),
        "{live:?}"
    );
    assert_eq!(setup.approval(&champion).await.0, Status::Approved);
    assert_eq!(variants(&setup).await, [(CHAMPION_VARIANT.to_owned(), 1.0)]);
    assert_eq!(look(&deps).await, Outcome::Idle);
}

/// Two versions that were live, and a challenger that answers half of the requests beside the second.
async fn shared(setup: &Setup, deps: &Deps) -> [String; 3] {
    let first = deployment::approved(setup, false).await;
    converge(setup).await;
    let second = deployment::approved(setup, false).await;
    converge(setup).await;
    let challenger = admitted(setup, &second, false).await;
    look(deps).await;
    converge(setup).await;
    look(deps).await;
    settled(setup).await;
    look(deps).await;
    assert_eq!(variants(setup).await, slots(0.5, 0.5));
    [first, second, challenger]
}

#[tokio::test]
pub async fn a_champion_that_is_taken_back_goes_before_any_challenger_comes() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    let [first, second, _] = shared(&setup, &deps).await;

    setup.reject(&second).await;
    // The comparison with the next champion begins before that one is live.
    for _ in 0..3 {
        look(&deps).await;
        settled(&setup).await;
    }
    assert_eq!(record(&setup).await.champion.arn, first);
    let outcome = deploy_model::handle(&deployer(&setup), event("rollout-written", &[])).await;
    let deploy_model::Outcome::Updating {
        version: 1,
        endpoint_config,
    } = outcome.unwrap()
    else {
        panic!("the champion goes first")
    };
    assert_eq!(endpoint_config, hosted(&setup).config_of(&first));
    settled(&setup).await;
    converge(&setup).await;
    // The next challenger has none of the share that the slot had before.
    assert_eq!(variants(&setup).await, slots(1.0, 0.0));
}

#[tokio::test]
pub async fn a_changed_strategy_counts_at_once() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    shared(&setup, &deps).await;
    look(&shifter(&setup, "shadow")).await;
    assert_eq!(record(&setup).await.strategy, Strategy::Shadow);
    converge(&setup).await;
    assert_eq!(variants(&setup).await, [(CHAMPION_VARIANT.to_owned(), 1.0)]);
}

#[tokio::test]
pub async fn two_looks_at_once_shift_once() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "canary:5@0,50@0");
    beside(&setup, &deps).await;
    let (one, other) = tokio::join!(look(&deps), look(&deps));
    for outcome in [one, other] {
        assert!(matches!(outcome, Outcome::Comparing { .. }), "{outcome:?}");
    }
    settled(&setup).await;
    let (_, _) = tokio::join!(look(&deps), look(&deps));
    let rollout = record(&setup).await;
    assert_eq!(rollout.shifts.len(), 1, "{:?}", rollout.shifts);
    assert_eq!(variants(&setup).await, slots(0.95, 0.05));
}

/// It takes the minute after which SageMaker waits no longer.
#[tokio::test]
async fn a_challenger_that_hangs_is_taken_back() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    shared(&setup, &deps).await;
    let runtime = aws_sdk_sagemakerruntime::Client::new(&setup.config);
    let hanging = (0..20).map(async |_| {
        let invoke = runtime.invoke_endpoint().endpoint_name(STACK);
        let invoke = invoke.target_variant(CHALLENGER_VARIANT);
        let body = Blob::new("{\"features\":[\"NEVER\"]}");
        invoke.body(body).send().await.unwrap_err()
    });
    for error in join_all(hanging).await {
        let code = error.code().map(str::to_owned);
        assert_eq!(code.as_deref(), Some("ModelError"), "{error:?}");
    }
    look(&deps).await;
    settled(&setup).await;
    let outcome = look(&deps).await;
    let (ended, reason) = end(&outcome);
    assert_eq!(ended, End::RolledBack, "{reason}");
    assert!(
        reason.starts_with("errors: 20 of 20 requests failed"),
        "{reason}"
    );
    assert_eq!(variants(&setup).await, slots(1.0, 0.0));
}
