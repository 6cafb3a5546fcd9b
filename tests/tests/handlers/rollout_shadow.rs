//! shift-traffic and deploy-model: a challenger that gets a copy of every request, as the endpoint's shadow variant.

use aws_sdk_sagemaker::types::{DesiredWeightAndCapacity, ModelApprovalStatus as Status};
use aws_sdk_sagemakerruntime::primitives::Blob;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use rollout::End;
use shift_traffic::Deps;

use super::deployment::settled;
use super::rollout::{end, labels, look, pair, record, scored};
use super::rollout_variants::{converge, shifter, slots, variants, waits};
use super::setup::{STACK, Setup, archive};

const STRATEGY: &str = "shadow-variant";

/// The challenger that the endpoint copies requests to.
async fn shadows(setup: &Setup) -> Vec<String> {
    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
    let endpoint = describe.send().await.unwrap();
    let shadows = endpoint.shadow_production_variants().iter();
    shadows
        .map(|shadow| shadow.variant_name().unwrap().to_owned())
        .collect()
}

fn alone() -> [(String, f32); 1] {
    [(CHAMPION_VARIANT.to_owned(), 1.0)]
}

/// The champion live, and the challenger at its side.
async fn beside(setup: &Setup, deps: &Deps, fails: bool) -> (String, String) {
    let pair = pair(setup).await;
    if fails {
        setup
            .put("executions/1/model.tar.gz", archive("fails"))
            .await;
    }
    converge(setup).await;
    waits(
        &look(deps).await,
        "the endpoint gets the challenger's variant",
    );
    converge(setup).await;
    assert_eq!(variants(setup).await, alone(), "it has no share");
    assert_eq!(shadows(setup).await, [CHALLENGER_VARIANT]);
    pair
}

/// Every one of so many requests is answered, by the champion; `text` says how both models answer.
async fn answered(setup: &Setup, number: usize, text: &str) {
    let runtime = aws_sdk_sagemakerruntime::Client::new(&setup.config);
    for _ in 0..number {
        let invoke = runtime.invoke_endpoint().endpoint_name(STACK);
        let invoke = invoke.body(Blob::new(format!("{{\"features\":[\"{text}\"]}}")));
        let answer = invoke.send().await.expect("an answer");
        assert_eq!(answer.invoked_production_variant(), Some(CHAMPION_VARIANT));
    }
}

#[tokio::test]
pub async fn a_shadow_variant_is_promoted_by_its_labels_once_its_guardrails_are_fine() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, STRATEGY);
    let (_, challenger) = beside(&setup, &deps, false).await;
    // The labels alone do not promote it.
    labels(&setup, "good", 400, &[(60, "champion")]).await;
    waits(
        &scored(&setup, &deps).await,
        "errors: too few to say: 0 requests of 100; a copy of every request",
    );

    // So long that a busy machine makes no difference between the two.
    answered(&setup, 320, "SLOWLY").await;
    let ended = setup
        .until(async || match look(&deps).await {
            // The last copies may be under way.
            shift_traffic::Outcome::Comparing { .. } => None,
            other => Some(other),
        })
        .await;
    let (ended, reason) = end(&ended);
    assert_eq!(ended, End::Promoted, "{reason}");
    let rollout = record(&setup).await;
    let found: Vec<&str> = rollout
        .findings
        .iter()
        .map(|it| it.guard.as_str())
        .collect();
    assert_eq!(found, ["errors", "latency"]);
    assert_eq!(rollout.shifts, [], "nothing was shifted");

    assert_eq!(setup.approval(&challenger).await.0, Status::Approved);
    let live = converge(&setup).await;
    assert!(
        matches!(live, deploy_model::Outcome::Live { version: 2, .. }),
        "{live:?}"
    );
    assert_eq!(variants(&setup).await, alone());
    assert!(shadows(&setup).await.is_empty());
}

#[tokio::test]
pub async fn a_shadow_variant_that_fails_is_taken_back_and_no_caller_notices() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, STRATEGY);
    let (champion, challenger) = beside(&setup, &deps, true).await;
    waits(&look(&deps).await, "too few to say");
    answered(&setup, 60, "fine").await;
    let ended = setup
        .until(async || match look(&deps).await {
            shift_traffic::Outcome::Comparing { .. } => None,
            other => Some(other),
        })
        .await;
    let (ended, reason) = end(&ended);
    assert_eq!(ended, End::RolledBack, "{reason}");
    assert!(reason.starts_with("errors: "), "{reason}");
    assert_eq!(setup.approval(&challenger).await.0, Status::Rejected);
    assert_eq!(setup.approval(&champion).await.0, Status::Approved);
    converge(&setup).await;
    assert!(shadows(&setup).await.is_empty());
    answered(&setup, 1, "fine").await;
}

#[tokio::test]
pub async fn a_strategy_that_changes_meanwhile_moves_the_challenger_to_its_other_place() {
    let setup = Setup::new().await;
    let shadow = shifter(&setup, STRATEGY);
    beside(&setup, &shadow, false).await;
    look(&shadow).await;

    let canary = shifter(&setup, "canary:5@0");
    waits(
        &look(&canary).await,
        "the endpoint gets the challenger's variant",
    );
    // The champion is alone in between.
    converge(&setup).await;
    assert_eq!(variants(&setup).await, slots(1.0, 0.0));
    assert!(shadows(&setup).await.is_empty());
    waits(&look(&canary).await, "shifts to 5 %");
    settled(&setup).await;
    look(&canary).await;

    waits(
        &look(&shadow).await,
        "the endpoint gets the challenger's variant",
    );
    converge(&setup).await;
    assert_eq!(variants(&setup).await, alone());
    assert_eq!(shadows(&setup).await, [CHALLENGER_VARIANT]);
    waits(&look(&shadow).await, "a copy of every request");
    let shares = record(&setup).await.shifts;
    assert_eq!(shares.last().map(|shift| shift.share), Some(0.0));
}

#[tokio::test]
async fn a_shadow_variant_has_the_instances_that_its_champion_was_scaled_to() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, STRATEGY);
    pair(&setup).await;
    converge(&setup).await;
    let two = DesiredWeightAndCapacity::builder()
        .variant_name(CHAMPION_VARIANT)
        .desired_instance_count(2);
    let scale = setup.sagemaker.update_endpoint_weights_and_capacities();
    let scale = scale.endpoint_name(STACK);
    let scale = scale.desired_weights_and_capacities(two.build());
    scale.send().await.unwrap();
    settled(&setup).await;
    look(&deps).await;
    converge(&setup).await;
    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
    let endpoint = describe.send().await.unwrap();
    let [champion] = endpoint.production_variants() else {
        panic!("{endpoint:?}")
    };
    let [shadow] = endpoint.shadow_production_variants() else {
        panic!("{endpoint:?}")
    };
    let counts = [champion, shadow].map(|variant| variant.current_instance_count());
    assert_eq!(counts, [Some(2), Some(2)]);
}
