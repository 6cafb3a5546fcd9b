//! shift-traffic and deploy-model: a challenger that answers a share of the requests, as a variant of the endpoint.

use std::collections::BTreeSet;

use aws_sdk_sagemaker::types::{EndpointStatus, ModelApprovalStatus as Status};
use aws_sdk_sagemakerruntime::primitives::Blob;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::names;
use lambda_main::call::Answer;
use lambda_main::metrics::{FUNCTION_NAME, NAMESPACE, VARIANT_NAME};
use local_core::metrics::{self, Series, Unit};
use policy::hosting::{Hosted, Hosting};
use rollout::assignment::Shares;
use rollout::{End, Strategy};
use serde_json::json;
use shift_traffic::{Config, Deps, Outcome, handle};

use super::deployment::{self, settled};
use super::review::People;
use super::rollout::{config, end, labels, look, pair, record, scored};
use super::setup::{REGION, STACK, Setup, event};

pub fn hosted(setup: &Setup) -> Hosted {
    Hosted {
        hosting: Hosting::Instance {
            instance_type: "ml.m5.large".to_owned(),
        },
        ..deployment::hosted(setup)
    }
}

pub fn shifter(setup: &Setup, strategy: &str) -> Deps {
    let strategy: Strategy = strategy.parse().unwrap();
    let config = Config {
        strategy: Some(strategy),
        hosted: hosted(setup),
        ..config(setup)
    };
    Deps::new(&setup.of("shift-traffic"), config)
}

/// deploy-model and watch-endpoint, until the endpoint is where it should be.
pub async fn converge(setup: &Setup) -> deploy_model::Outcome {
    converge_by(setup, &deployer(setup)).await
}

pub fn deployer(setup: &Setup) -> deploy_model::Deps {
    let config = deploy_model::Config {
        hosted: hosted(setup),
        ..deployment::deployer(setup).config
    };
    deploy_model::Deps::new(&setup.of("deploy-model"), config)
}

pub async fn converge_by(setup: &Setup, deployer: &deploy_model::Deps) -> deploy_model::Outcome {
    let config = watch_endpoint::Config {
        bucket: setup.bucket.name.clone(),
        hosted: deployer.config.hosted.clone(),
    };
    let watcher = watch_endpoint::Deps::new(&setup.of("watch-endpoint"), config);
    loop {
        let outcome = deploy_model::handle(deployer, event("rollout-written", &[])).await;
        let outcome = outcome.unwrap();
        settled(setup).await;
        let watched = watch_endpoint::handle(&watcher, event("endpoint-in-service", &[])).await;
        watched.unwrap();
        use deploy_model::Outcome::{Live, Stuck};
        if matches!(outcome, Live { .. } | Stuck { .. }) {
            return outcome;
        }
    }
}

/// The variants' models and weights, by slot.
pub async fn variants(setup: &Setup) -> Vec<(String, f32)> {
    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
    let endpoint = describe.send().await.unwrap();
    assert_eq!(endpoint.endpoint_status, Some(EndpointStatus::InService));
    let variants = endpoint.production_variants().iter();
    variants
        .map(|variant| {
            let name = variant.variant_name().unwrap().to_owned();
            (name, variant.current_weight().unwrap())
        })
        .collect()
}

pub fn slots(champion: f32, challenger: f32) -> Vec<(String, f32)> {
    vec![
        (CHAMPION_VARIANT.to_owned(), champion),
        (CHALLENGER_VARIANT.to_owned(), challenger),
    ]
}

/// So many requests to each of the variants in turn; `text` says how its model answers.
async fn requests(setup: &Setup, variants: &[&str], number: usize, text: &str) {
    let runtime = aws_sdk_sagemakerruntime::Client::new(&setup.config);
    for variant in variants.iter().cycle().take(number * variants.len()) {
        request(&runtime, variant, text).await;
    }
}

async fn request(runtime: &aws_sdk_sagemakerruntime::Client, variant: &str, text: &str) {
    let invoke = runtime
        .invoke_endpoint()
        .endpoint_name(STACK)
        .target_variant(variant)
        .body(Blob::new(format!("{{\"features\":[\"{text}\"]}}")));
    // What a model refuses is what is measured.
    let _ = invoke.send().await;
}

/// Enough of them to say so, to either in turn: noise of the machine meets both.
pub async fn fine_requests(setup: &Setup) {
    let slots = [CHAMPION_VARIANT, CHALLENGER_VARIANT];
    requests(setup, &slots, 320, "fine").await;
    for slot in slots {
        answered(setup, slot, 40);
    }
}

/// As predict counts its answers of a variant: without Lambda around it, it counts none.
fn answered(setup: &Setup, variant: &str, unsure: usize) {
    let function = names::function(STACK, "predict");
    let dimensions = [(FUNCTION_NAME, function.as_str()), (VARIANT_NAME, variant)];
    for (metric, value) in [("Answers", 400.0), ("UnsureAnswers", unsure as f64)] {
        let series = Series::new(REGION, NAMESPACE, metric, &dimensions);
        metrics::record_in(&setup.aws.cloud, series, Unit::Count, value);
    }
}

/// The champion live alone, the challenger admitted and begun with, its variant at the endpoint.
pub async fn beside(setup: &Setup, deps: &Deps) -> (String, String) {
    let pair = pair(setup).await;
    converge(setup).await;
    assert_eq!(variants(setup).await, [(CHAMPION_VARIANT.to_owned(), 1.0)]);
    waits(
        &look(deps).await,
        "the endpoint gets the challenger's variant",
    );
    converge(setup).await;
    assert_eq!(variants(setup).await, slots(1.0, 0.0));
    pair
}

/// The same with its first share, noted.
async fn sharing(setup: &Setup, deps: &Deps) {
    beside(setup, deps).await;
    look(deps).await;
    settled(setup).await;
    look(deps).await;
}

#[track_caller]
pub fn waits(outcome: &Outcome, for_what: &str) {
    match outcome {
        Outcome::Comparing { reason, .. } if reason.contains(for_what) => {}
        other => panic!("{other:?} instead of waiting for {for_what}"),
    }
}

#[tokio::test]
pub async fn a_canary_is_shifted_step_by_step_and_promoted_by_its_labels() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "canary:5@0,50@0");
    let (champion, challenger) = beside(&setup, &deps).await;

    waits(&look(&deps).await, "shifts to 5 %");
    settled(&setup).await;
    // Nobody has asked the challenger yet: nothing is fine, and nothing advances.
    waits(
        &look(&deps).await,
        "errors: too few to say: 0 requests of 100",
    );
    assert_eq!(variants(&setup).await, slots(0.95, 0.05));
    waits(&look(&deps).await, "answers 5 % of the requests");
    assert_eq!(record(&setup).await.shifts.len(), 1, "noted once");

    fine_requests(&setup).await;
    waits(&look(&deps).await, "shifts to 50 %");
    settled(&setup).await;
    waits(&look(&deps).await, "answers 50 % of the requests");
    assert_eq!(variants(&setup).await, slots(0.5, 0.5));
    fine_requests(&setup).await;

    labels(&setup, "good", 400, &[(60, "champion")]).await;
    let outcome = scored(&setup, &deps).await;
    let (ended, reason) = end(&outcome);
    assert_eq!(ended, End::Promoted, "{reason}");
    assert_eq!(setup.approval(&challenger).await.0, Status::Approved);
    let live = converge(&setup).await;
    assert!(
        matches!(live, deploy_model::Outcome::Live { version: 2, .. }),
        "{live:?}"
    );
    let slots = variants(&setup).await;
    assert_eq!(slots.len(), 1, "{slots:?}");
    assert_eq!(setup.approval(&champion).await.0, Status::Approved);
}

#[tokio::test]
pub async fn a_challenger_that_fails_is_taken_back_at_once() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    let (_, challenger) = beside(&setup, &deps).await;
    waits(&look(&deps).await, "shifts to 50 %");
    settled(&setup).await;
    waits(&look(&deps).await, "too few to say");
    // Fewer than show that nothing is wrong are enough to show that something is.
    requests(&setup, &[CHALLENGER_VARIANT], 30, "OUT-OF-ORDER").await;

    // The alarm wakes it before its schedule does. The share goes back first: a change of weights is the fast one.
    let rang = event("alarm-challenger-errors", &[]);
    waits(&handle(&deps, rang).await.unwrap(), "shifts to 0 %");
    settled(&setup).await;
    assert_eq!(variants(&setup).await, slots(1.0, 0.0));
    let outcome = look(&deps).await;
    let (ended, reason) = end(&outcome);
    assert_eq!(ended, End::RolledBack);
    assert!(
        reason.starts_with("errors: 30 of 30 requests failed"),
        "{reason}"
    );
    assert_eq!(setup.approval(&challenger).await.0, Status::Rejected);
    assert_eq!(record(&setup).await.findings.len(), 3);
    converge(&setup).await;
    assert_eq!(variants(&setup).await, [(CHAMPION_VARIANT.to_owned(), 1.0)]);
}

#[tokio::test]
pub async fn a_challenger_that_is_unsure_of_everything_is_taken_back() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    sharing(&setup, &deps).await;
    answered(&setup, CHAMPION_VARIANT, 40);
    answered(&setup, CHALLENGER_VARIANT, 390);
    look(&deps).await;
    settled(&setup).await;
    let outcome = look(&deps).await;
    let (ended, reason) = end(&outcome);
    assert_eq!(ended, End::Inconclusive);
    assert!(
        reason.starts_with("garbage: the challenger is unsure of 390 of 400"),
        "{reason}"
    );
}

#[tokio::test]
pub async fn a_challenger_that_is_right_and_slow_is_taken_back() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    sharing(&setup, &deps).await;
    requests(&setup, &[CHAMPION_VARIANT], 320, "fine").await;
    // Longer than a busy machine takes for the champion's slowest; all at once, as one after another takes too long.
    let runtime = aws_sdk_sagemakerruntime::Client::new(&setup.config);
    let slow = (0..60).map(|_| request(&runtime, CHALLENGER_VARIANT, "FOR-AGES"));
    futures::future::join_all(slow).await;
    look(&deps).await;
    settled(&setup).await;
    let outcome = look(&deps).await;
    let (ended, reason) = end(&outcome);
    assert_eq!(ended, End::Inconclusive);
    assert!(reason.starts_with("latency: 95 % of"), "{reason}");
}

#[tokio::test]
pub async fn a_caller_meets_the_same_model_again() {
    let people = People::new().await;
    let setup = &people.setup;
    let deps = shifter(setup, "ab:50");
    let (_, challenger) = beside(setup, &deps).await;
    let mut predictor = people.predictor(0.0, 10);
    predictor.config.shares = Some(Shares::ByCaller);
    let asked = async |caller: &str| {
        let request = json!({"texts": ["fine"], "caller": caller});
        let call = serde_json::from_value(request).unwrap();
        match predict::handle(&predictor, call).await.unwrap() {
            Answer::Direct(response) => response.variant.unwrap(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(asked("ana").await, CHAMPION_VARIANT, "no share yet");
    look(&deps).await;
    settled(setup).await;
    look(&deps).await;
    let mut slots = BTreeSet::new();
    for caller in ["ana", "ben", "cho", "dev", "eli", "fay", "gus", "hal"] {
        let first = asked(caller).await;
        for _ in 0..5 {
            assert_eq!(asked(caller).await, first, "{caller}");
        }
        slots.insert(first);
    }
    // A caller's slot falls by chance; of so many not all fall on one side.
    for number in 0..40 {
        slots.insert(asked(&format!("caller-{number}")).await);
    }
    assert_eq!(slots.len(), 2, "{slots:?}");

    // The record still names a share, and the variant is gone.
    setup.reject(&challenger).await;
    converge(setup).await;
    for caller in ["ana", "ben", "cho", "dev"] {
        assert_eq!(asked(caller).await, CHAMPION_VARIANT, "{caller}");
    }
}

#[tokio::test]
pub async fn what_the_caller_sends_wrong_is_no_fault_of_the_challenger() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    sharing(&setup, &deps).await;
    requests(&setup, &[CHALLENGER_VARIANT], 120, "TOO-MANY-ROWS").await;
    waits(&look(&deps).await, "too few to say");
}
