//! A variant that gets copies of requests, and whose answers nobody gets.

use local_core::metrics::{self, Series};
use local_core::wire::apis;
use serde_json::{Value, json};

use crate::autoscaling::call_api;
use crate::endpoints::{create_and_settle, invoke_once, model, settled, update};
use crate::guardrails::done;
use crate::setup::{IMAGE, ROLE, Setup};

/// An endpoint `e` of the model `one`, with a shadow that answers nothing before the gate is open.
async fn with_shadow(setup: &Setup, weight: f64) {
    model(setup, "one", false).await;
    let container = json!({
        "Image": IMAGE, "Environment": { "WAITS_FOR": setup.gate.to_str().unwrap() },
    });
    let slow = json!({
        "ModelName": "slow", "ExecutionRoleArn": ROLE, "PrimaryContainer": container,
    });
    done(setup, "CreateModel", slow).await;
    let config = json!({
        "EndpointConfigName": "shadowed",
        "ProductionVariants": [variant("one", 1.0)],
        "ShadowProductionVariants": [variant("slow", weight)],
    });
    done(setup, "CreateEndpointConfig", config).await;
    create_and_settle(setup, "shadowed").await;
}

pub fn variant(model: &str, weight: f64) -> Value {
    json!({
        "VariantName": format!("slot-{model}"), "ModelName": model, "InitialVariantWeight": weight,
        "InstanceType": "ml.m5.large", "InitialInstanceCount": 1,
    })
}

/// The requests that a variant has answered.
fn answered(setup: &Setup, variant: &str) -> f64 {
    let dimensions = [("EndpointName", "e"), ("VariantName", variant)];
    let region = local_aws::DEFAULT_REGION;
    let series = Series::new(region, "AWS/SageMaker", "Invocations", &dimensions);
    let now = metrics::minute(setup.aws.cloud.world.now());
    let found = metrics::between(&setup.aws.cloud, &series, now - 9, now + 1);
    found.map_or(0.0, |found| found.sum)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_gets_a_copy_of_each_request_and_nobody_waits_for_it() {
    let setup = Setup::new().await;
    with_shadow(&setup, 1.0).await;
    for _ in 0..20 {
        assert_eq!(invoke_once(&setup, "x").await, "one x");
    }
    assert_eq!(answered(&setup, "slot-one"), 20.0);
    assert_eq!(answered(&setup, "slot-slow"), 0.0);
    setup.open_gate();
    while answered(&setup, "slot-slow") < 20.0 {
        tokio::task::yield_now().await;
    }
    let name = json!({ "EndpointName": "e" });
    let described = done(&setup, "DescribeEndpoint", name).await;
    let names = |list: &str| described[list][0]["VariantName"].clone();
    assert_eq!(names("ProductionVariants"), "slot-one");
    assert_eq!(names("ShadowProductionVariants"), "slot-slow");
    assert_eq!(described["ProductionVariants"].as_array().unwrap().len(), 1);
    let config = json!({ "EndpointConfigName": "shadowed" });
    let config = done(&setup, "DescribeEndpointConfig", config).await;
    assert_eq!(
        config["ShadowProductionVariants"],
        json!([variant("slow", 1.0)])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_gets_the_part_of_the_requests_that_its_weight_is_and_leaves_with_an_update() {
    let setup = Setup::new().await;
    setup.open_gate();
    with_shadow(&setup, 0.0).await;
    for _ in 0..5 {
        invoke_once(&setup, "x").await;
    }
    let named = json!([{ "VariantName": "slot-slow", "DesiredWeight": 1.0 }]);
    let weights = json!({ "EndpointName": "e", "DesiredWeightsAndCapacities": named });
    done(&setup, "UpdateEndpointWeightsAndCapacities", weights).await;
    settled(&setup).await;
    invoke_once(&setup, "x").await;
    while answered(&setup, "slot-slow") < 1.0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(answered(&setup, "slot-slow"), 1.0);

    let alone = json!({
        "EndpointConfigName": "alone", "ProductionVariants": [variant("one", 1.0)],
    });
    done(&setup, "CreateEndpointConfig", alone).await;
    update(&setup, "alone").await;
    assert!(
        settled(&setup)
            .await
            .shadow_production_variants()
            .is_empty()
    );
    let named = setup.runtime.invoke_endpoint().endpoint_name("e");
    let named = named
        .target_variant("slot-slow")
        .body("x".as_bytes().to_vec().into());
    assert!(named.send().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_is_one_beside_one_variant_on_instances() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    let serverless = json!({
        "VariantName": "s", "ModelName": "one",
        "ServerlessConfig": { "MemorySizeInMB": 2048, "MaxConcurrency": 1 },
    });
    let named = |name: &str| {
        let mut variant = variant("one", 1.0);
        variant["VariantName"] = name.into();
        variant
    };
    for (variants, shadows, words) in [
        (
            json!([named("a"), named("b")]),
            json!([named("c")]),
            "one variant of",
        ),
        (
            json!([named("a")]),
            json!([named("b"), named("c")]),
            "one variant of",
        ),
        (
            json!([named("a")]),
            json!([named("a")]),
            "Duplicate variant name: a",
        ),
        (json!([named("a")]), json!([serverless]), "serverless"),
    ] {
        let config = json!({
            "EndpointConfigName": "c",
            "ProductionVariants": variants,
            "ShadowProductionVariants": shadows,
        });
        let answered = call_api(&setup, apis::SAGEMAKER, "CreateEndpointConfig", &config).await;
        let refused = answered.unwrap_err();
        assert_eq!(refused.code, "ValidationException", "{refused}");
        assert!(refused.message.contains(words), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_that_hangs_holds_so_many_copies_and_no_caller() {
    let setup = Setup::new().await;
    with_shadow(&setup, 1.0).await;
    for _ in 0..100 {
        assert_eq!(invoke_once(&setup, "x").await, "one x");
    }
    setup.open_gate();
    while answered(&setup, "slot-slow") < 64.0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(answered(&setup, "slot-one"), 100.0);
    assert_eq!(answered(&setup, "slot-slow"), 64.0);
}
