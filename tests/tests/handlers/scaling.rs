//! deploy-model: the variants of an endpoint with instances as scalable targets.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use deploy_model::{Deps, Outcome};
use local_aws::Principal;
use local_core::wire::{apis, table};
use policy::hosting::Hosting;
use serde_json::{Value, json};

use super::deployment::{approved, settled};
use super::provisioning::provision;
use super::rollout::look;
use super::rollout_variants::{beside, converge_by, deployer, shifter, slots, variants};
use super::setup::{REGION, STACK, Setup, event};
use super::{reconcile, refusing};

const SCHEDULE: &str = "1..3@300;2=cron(0 7 ? * MON-FRI *);1=cron(0 19 ? * MON-FRI *)";

/// deploy-model under these settings.
fn scaled(setup: &Setup, scaling: &str, instance_type: &str) -> Deps {
    let mut config = deployer(setup).config;
    config.scaling = scaling.parse().unwrap();
    config.hosted.hosting = Hosting::Instance {
        instance_type: instance_type.to_owned(),
    };
    Deps::new(&setup.of("deploy-model"), config)
}

/// The same on the tests' instances, until the endpoint is where it should be, and once more.
async fn scale(setup: &Setup, scaling: &str) -> Value {
    let deps = scaled(setup, scaling, "ml.m5.large");
    converge_by(setup, &deps).await;
    let first = everything(setup).await;
    converge_by(setup, &deps).await;
    assert_eq!(everything(setup).await, first, "an event twice");
    first
}

async fn list(setup: &Setup, operation: &str, of: &str) -> Vec<Value> {
    let caller = (REGION, Principal::user());
    let members = json!({ "ServiceNamespace": "sagemaker" });
    let api = apis::APPLICATION_AUTO_SCALING;
    let answer = table::call(&setup.aws.cloud, api, operation, caller, &members).await;
    answer.unwrap()[of].as_array().unwrap().clone()
}

/// With ids and times.
async fn everything(setup: &Setup) -> Value {
    json!([
        list(setup, "DescribeScalableTargets", "ScalableTargets").await,
        list(setup, "DescribeScalingPolicies", "ScalingPolicies").await,
        list(setup, "DescribeScheduledActions", "ScheduledActions").await,
    ])
}

async fn deregister(setup: &Setup, variant: &str) {
    let members = json!({
        "ServiceNamespace": "sagemaker",
        "ResourceId": format!("endpoint/{STACK}/variant/{variant}"),
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    });
    let caller = (REGION, Principal::user());
    let api = apis::APPLICATION_AUTO_SCALING;
    let operation = "DeregisterScalableTarget";
    let answer = table::call(&setup.aws.cloud, api, operation, caller, &members).await;
    answer.unwrap();
}

/// Each variant that is a target, with its bounds.
async fn targets(setup: &Setup) -> Vec<(String, i64, i64)> {
    let targets = list(setup, "DescribeScalableTargets", "ScalableTargets").await;
    let targets = targets.iter().map(|target| {
        let resource = target["ResourceId"].as_str().unwrap();
        let variant = resource.rsplit('/').next().unwrap().to_owned();
        let of = |name: &str| target[name].as_i64().unwrap();
        (variant, of("MinCapacity"), of("MaxCapacity"))
    });
    let mut targets: Vec<_> = targets.collect();
    targets.sort();
    targets
}

fn target(variant: &str, fewest: i64, most: i64) -> (String, i64, i64) {
    (variant.to_owned(), fewest, most)
}

async fn instances(setup: &Setup) -> Option<i32> {
    let describe = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
    let endpoint = describe.send().await.unwrap();
    endpoint.production_variants()[0].current_instance_count()
}

#[tokio::test]
async fn scaling_that_is_switched_off_with_a_new_version_leaves_no_target() {
    let setup = Setup::new().await;
    approved(&setup, false).await;
    scale(&setup, SCHEDULE).await;
    assert_eq!(targets(&setup).await, [target(CHAMPION_VARIANT, 1, 3)]);
    // The new version's record knows of no scaling.
    approved(&setup, false).await;
    assert_eq!(scale(&setup, "1..1@300").await, json!([[], [], []]));
}

#[tokio::test]
pub async fn a_variant_is_scaled_as_the_settings_say_whenever_they_change() {
    let setup = Setup::new().await;
    approved(&setup, false).await;
    assert_eq!(scale(&setup, "1..1@300").await, json!([[], [], []]));

    let scheduled = scale(&setup, SCHEDULE).await;
    assert_eq!(targets(&setup).await, [target(CHAMPION_VARIANT, 1, 3)]);
    let tracking = &scheduled[1][0]["TargetTrackingScalingPolicyConfiguration"];
    let expected = json!({
        "TargetValue": 300.0,
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance",
        },
        "ScaleOutCooldown": 60,
        "ScaleInCooldown": 300,
        "DisableScaleIn": false,
    });
    assert_eq!(tracking, &expected);
    let actions = scheduled[2].as_array().unwrap().iter();
    let fewest = actions.map(|action| action["ScalableTargetAction"]["MinCapacity"].clone());
    assert_eq!(fewest.collect::<Vec<_>>(), [json!(2), json!(1)]);

    let changed = scale(&setup, "2..4@100;3=cron(0 8 ? * MON-FRI *)").await;
    assert_eq!(targets(&setup).await, [target(CHAMPION_VARIANT, 2, 4)]);
    assert_eq!(changed[2].as_array().unwrap().len(), 1);
    // Application Auto Scaling sees the minimum by itself.
    setup
        .until(async || (instances(&setup).await == Some(2)).then_some(()))
        .await;
    assert_eq!(scale(&setup, "1..1@300").await, json!([[], [], []]));
    assert_eq!(instances(&setup).await, Some(2), "what is there stays");
}

#[tokio::test]
async fn another_instance_type_keeps_the_count_and_is_a_target_again() {
    let setup = Setup::new().await;
    approved(&setup, false).await;
    scale(&setup, "2..3@300").await;
    let two = async || (instances(&setup).await == Some(2)).then_some(());
    setup.until(two).await;
    settled(&setup).await;

    let before = everything(&setup).await[0][0]["ScalableTargetARN"].clone();
    let larger = scaled(&setup, "2..3@300", "ml.m5.xlarge");
    let refused = ("ThrottlingException", "Rate exceeded");
    let config = refusing::config(&setup, "deploy-model", "UpdateEndpoint", refused, 9);
    let throttled = Deps::new(&config, larger.config.clone());
    let outcome = deploy_model::handle(&throttled, event("endpoint-in-service", &[])).await;
    assert!(matches!(outcome.unwrap(), Outcome::Refused { .. }));
    // It was deregistered; as long as the update waits, the endpoint that serves is scaled.
    assert_eq!(targets(&setup).await, [target(CHAMPION_VARIANT, 2, 3)]);
    let after = everything(&setup).await[0][0]["ScalableTargetARN"].clone();
    assert_ne!(before, after);
    // A crash in between.
    deregister(&setup, CHAMPION_VARIANT).await;
    let outcome = deploy_model::handle(&larger, event("endpoint-in-service", &[])).await;
    assert!(matches!(outcome.unwrap(), Outcome::Stuck { .. }));
    assert_eq!(targets(&setup).await, [target(CHAMPION_VARIANT, 2, 3)]);

    let mut later = scaled(&setup, "2..3@300", "ml.m5.xlarge");
    later.clock = super::rollout::later(&setup, 1);
    let outcome = converge_by(&setup, &later).await;
    assert!(matches!(outcome, Outcome::Live { .. }), "{outcome:?}");
    assert_eq!(targets(&setup).await, [target(CHAMPION_VARIANT, 2, 3)]);
    assert_eq!(instances(&setup).await, Some(2));
    let (_, config) = settled(&setup).await;
    let describe = setup.sagemaker.describe_endpoint_config();
    let config = describe.endpoint_config_name(config).send().await.unwrap();
    let instance_type = config.production_variants()[0].instance_type().unwrap();
    assert_eq!(instance_type.as_str(), "ml.m5.xlarge");
}

#[tokio::test]
async fn a_challenger_is_scaled_as_its_champion_and_neither_loses_instances_meanwhile() {
    let setup = Setup::new().await;
    let deps = shifter(&setup, "ab:50");
    let (_, challenger) = beside(&setup, &deps).await;
    let keeps = |everything: &Value| {
        let policies = everything[1].as_array().unwrap().iter();
        let keeps = policies.map(|policy| {
            policy["TargetTrackingScalingPolicyConfiguration"]["DisableScaleIn"].clone()
        });
        keeps.collect::<Vec<_>>()
    };
    let paired = scale(&setup, "1..3@300").await;
    let both = [
        target(CHALLENGER_VARIANT, 1, 3),
        target(CHAMPION_VARIANT, 1, 3),
    ];
    assert_eq!(targets(&setup).await, both);
    assert_eq!(keeps(&paired), [json!(true), json!(true)]);
    look(&deps).await;
    settled(&setup).await;
    assert_eq!(variants(&setup).await, slots(0.5, 0.5));

    setup.reject(&challenger).await;
    let alone = scale(&setup, "1..3@300").await;
    assert_eq!(variants(&setup).await.len(), 1);
    assert_eq!(targets(&setup).await, [target(CHAMPION_VARIANT, 1, 3)]);
    assert_eq!(keeps(&alone), [json!(false)]);
}

#[tokio::test]
async fn a_changed_setting_is_sent_again_until_it_is_made() {
    let setup = reconcile::with_pipeline().await;
    approved(&setup, false).await;
    scale(&setup, "1..3@300").await;
    let due = async |scaling: &str| {
        let mut config = reconcile::deps(&setup).config;
        config.scaling = scaling.parse().unwrap();
        config.hosted = super::rollout_variants::hosted(&setup);
        let deps = ::reconcile::Deps::new(&setup.of("reconcile"), config);
        let wake: EventBridgeEvent = event("scheduled-reconcile", &[]);
        match ::reconcile::handle(&deps, wake).await {
            Ok(outcome) => format!("{:?}", outcome.resent),
            Err(error) => format!("{error:#}"),
        }
    };
    assert_eq!(due("1..3@300").await, "[]");
    let told = due("1..4@300").await;
    assert!(told.contains("watch-endpoint"), "{told}");
    scale(&setup, "1..4@300").await;
    assert_eq!(due("1..4@300").await, "[]");
    scale(&setup, "1..1@300").await;
    assert_eq!(due("1..1@9").await, "[]", "nothing is registered");
}

#[tokio::test]
pub async fn the_stacks_deletion_leaves_no_scalable_target() {
    let setup = Setup::new().await;
    approved(&setup, false).await;
    scale(&setup, "1..3@300").await;
    let (_, answer) = provision(&setup, "custom-resource-models-delete", &[]).await;
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(everything(&setup).await, json!([[], [], []]));
}
