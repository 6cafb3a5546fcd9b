//! deploy-model: a newer champion that gets the requests in steps.

use aws_sdk_sagemaker::types::{EndpointStatus, TrafficRoutingConfigType};
use contracts::names;
use deploy_model::{Config, Deps, Outcome};
use local_aws::Principal;
use local_core::wire::{apis, table};
use serde_json::{Value, json};

use super::deployment::{approved, settled};
use super::rollout_variants::{deployer, hosted};
use super::setup::{REGION, STACK, Setup, event};

fn stepwise(setup: &Setup, seconds: u32) -> Deps {
    let config = Config {
        routing: format!("canary:50@{seconds}").parse().unwrap(),
        ..deployer(setup).config
    };
    Deps::new(&setup.of("deploy-model"), config)
}

async fn deploy(deps: &Deps) -> Outcome {
    let woken = event("model-package-approved", &[]);
    deploy_model::handle(deps, woken).await.unwrap()
}

async fn watch(setup: &Setup) -> watch_endpoint::Outcome {
    let config = watch_endpoint::Config {
        bucket: setup.bucket.name.clone(),
        hosted: hosted(setup),
    };
    let deps = watch_endpoint::Deps::new(&setup.of("watch-endpoint"), config);
    let woken = event("endpoint-in-service", &[]);
    watch_endpoint::handle(&deps, woken).await.unwrap()
}

/// The template's alarm, as far as a deployment asks for it. It keeps its state, where CloudWatch looks at it meanwhile.
async fn alarm(setup: &Setup, state: &str) {
    let name = names::endpoint_errors_alarm(STACK);
    let put = json!({
        "AlarmName": name, "Namespace": "AWS/SageMaker", "MetricName": "Invocation5XXErrors", "Statistic": "Sum",
        "Dimensions": [{ "Name": "EndpointName", "Value": STACK }, { "Name": "VariantName", "Value": "champion" }],
        "Period": 300, "EvaluationPeriods": 1, "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "ignore",
    });
    cloudwatch(setup, "PutMetricAlarm", &put).await;
    let set = json!({ "AlarmName": name, "StateValue": state, "StateReason": "a test" });
    cloudwatch(setup, "SetAlarmState", &set).await;
}

async fn cloudwatch(setup: &Setup, operation: &str, members: &Value) {
    let caller = (REGION, Principal::user());
    let answer = table::call(
        &setup.aws.cloud,
        apis::CLOUDWATCH,
        operation,
        caller,
        members,
    )
    .await;
    answer.unwrap();
}

/// How the last deployment in steps moved the requests.
async fn routed(setup: &Setup) -> Option<TrafficRoutingConfigType> {
    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
    let endpoint = describe.send().await.unwrap();
    let policy = endpoint.last_deployment_config?.blue_green_update_policy?;
    policy.traffic_routing_configuration?.r#type
}

/// The first version live: nothing was there that it could replace.
async fn live(setup: &Setup) -> (Deps, String) {
    alarm(setup, "OK").await;
    approved(setup, false).await;
    let deps = stepwise(setup, 1);
    deploy(&deps).await;
    let (_, first) = settled(setup).await;
    watch(setup).await;
    assert_eq!(routed(setup).await, None);
    (deps, first)
}

#[tokio::test]
pub async fn a_newer_champion_gets_the_requests_in_steps_and_an_older_one_at_once() {
    let setup = Setup::new().await;
    let (deps, first) = live(&setup).await;
    let second = approved(&setup, false).await;
    let outcome = deploy(&deps).await;
    assert!(
        matches!(outcome, Outcome::Updating { version: 2, .. }),
        "{outcome:?}"
    );
    assert!(matches!(deploy(&deps).await, Outcome::Waiting { .. }));
    let (status, _) = settled(&setup).await;
    assert_eq!(status, EndpointStatus::InService);
    watch(&setup).await;
    assert!(matches!(
        deploy(&deps).await,
        Outcome::Live { version: 2, .. }
    ));
    assert_eq!(routed(&setup).await, Some(TrafficRoutingConfigType::Canary));

    // Somebody waits for it: in steps it would take longer than this test.
    setup.reject(&second).await;
    deploy(&stepwise(&setup, 600)).await;
    assert_eq!(settled(&setup).await, (EndpointStatus::InService, first));
}

#[tokio::test]
async fn a_newer_champion_that_fails_meanwhile_is_taken_back_and_withdrawn() {
    let setup = Setup::new().await;
    let (deps, first) = live(&setup).await;
    let second = approved(&setup, false).await;
    deploy(&deps).await;
    alarm(&setup, "ALARM").await;
    assert_eq!(
        settled(&setup).await,
        (EndpointStatus::InService, first.clone())
    );
    let outcome = watch(&setup).await;
    assert!(
        matches!(
            outcome,
            watch_endpoint::Outcome::Withdrawn { version: 2, .. }
        ),
        "{outcome:?}"
    );
    let (_, reason) = setup.approval(&second).await;
    assert!(reason.starts_with("Withdrawn"), "{reason}");
    assert!(matches!(
        deploy(&deps).await,
        Outcome::Live { version: 1, .. }
    ));
}
