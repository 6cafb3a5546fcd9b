//! Endpoints by their operations, without a client and without processes.

use serde_json::{Value, json};

use super::rows;
use super::running;
use super::server::{self, Server};
use crate::testing::{Bench, IMAGE, REGION, ROLE};
use local_core::timestamp::Timestamp;
use local_core::{Call, Principal};

async fn call(bench: &Bench, operation: &str, members: Value) {
    bench.call(operation, &members).await.unwrap();
}

fn variant(hosting: &Value) -> Value {
    let mut variant = json!({ "VariantName": "only", "ModelName": "m" });
    local_core::wire::extend(&mut variant, hosting.clone());
    variant
}

/// An endpoint in service on the configuration `serves`.
async fn in_service(bench: &Bench, hosting: &Value) {
    let model = json!({
        "ModelName": "m", "ExecutionRoleArn": ROLE, "PrimaryContainer": { "Image": IMAGE },
    });
    call(bench, "CreateModel", model).await;
    for config in ["serves", "next"] {
        let config =
            json!({ "EndpointConfigName": config, "ProductionVariants": [variant(hosting)] });
        call(bench, "CreateEndpointConfig", config).await;
    }
    let endpoint = json!({ "EndpointName": "e", "EndpointConfigName": "serves" });
    call(bench, "CreateEndpoint", endpoint).await;
    bench.cloud.store.update(|tx| {
        let mut endpoint = rows::get(tx, REGION, "e").unwrap();
        endpoint.complete(Timestamp::now(&bench.cloud.world));
        rows::put(&bench.cloud, tx, REGION, &endpoint);
    });
}

fn instances(count: u32) -> Value {
    json!({ "InstanceType": "ml.m5.large", "InitialInstanceCount": count })
}

#[tokio::test]
async fn an_update_needs_the_configuration_that_serves() {
    let bench = Bench::new();
    in_service(&bench, &instances(1)).await;
    let gone = json!({ "EndpointConfigName": "serves" });
    call(&bench, "DeleteEndpointConfig", gone).await;
    let update = json!({ "EndpointName": "e", "EndpointConfigName": "next" });
    let refused = bench.call("UpdateEndpoint", &update).await.unwrap_err();
    assert_eq!(refused.code, "ValidationException");
    assert_eq!(
        refused.message,
        "Could not find endpoint configuration \
         \"arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/serves\"."
    );
}

#[tokio::test]
async fn a_fleet_beyond_its_types_quota_is_refused() {
    let bench = Bench::with(|cloud| {
        let quota = "ml.m5.large for endpoint usage".to_owned();
        cloud.settings.quotas.insert(quota, 3);
    });
    in_service(&bench, &instances(2)).await;
    let limit = "The account-level service limit 'ml.m5.large for endpoint usage' is 3 Instances, \
                 with current utilization of 2 Instances and a request delta of 2 Instances.";
    let update = json!({ "EndpointName": "e", "EndpointConfigName": "next" });
    let another = json!({ "EndpointName": "f", "EndpointConfigName": "next" });
    let more = |count| {
        let wanted = json!([{ "VariantName": "only", "DesiredInstanceCount": count }]);
        json!({ "EndpointName": "e", "DesiredWeightsAndCapacities": wanted })
    };
    for (operation, request) in [
        ("UpdateEndpoint", &update),
        ("CreateEndpoint", &another),
        ("UpdateEndpointWeightsAndCapacities", &more(4)),
    ] {
        let refused = bench.call(operation, request).await.unwrap_err();
        assert_eq!(refused.code, "ResourceLimitExceeded", "{operation}");
        assert!(refused.message.starts_with(limit), "{operation}: {refused}");
    }
    call(&bench, "UpdateEndpointWeightsAndCapacities", more(3)).await;
}

#[tokio::test]
async fn a_resize_under_way_occupies_the_instances_that_it_starts() {
    let bench = Bench::with(|cloud| {
        let quota = "ml.m5.large for endpoint usage".to_owned();
        cloud.settings.quotas.insert(quota, 5);
    });
    in_service(&bench, &instances(2)).await;
    let wanted = json!([{ "VariantName": "only", "DesiredInstanceCount": 4 }]);
    let resize = json!({ "EndpointName": "e", "DesiredWeightsAndCapacities": wanted });
    call(&bench, "UpdateEndpointWeightsAndCapacities", resize).await;
    let another = json!({ "EndpointName": "f", "EndpointConfigName": "next" });
    let refused = bench.call("CreateEndpoint", &another).await.unwrap_err();
    let used = "is 5 Instances, with current utilization of 4 Instances and a request delta of 2";
    assert!(refused.message.contains(used), "{refused}");
}

/// Of a server that serves: its process was started again.
#[tokio::test]
async fn a_server_that_cannot_be_started_gets_no_traffic() {
    let mut bench = Bench::new();
    in_service(&bench, &instances(1)).await;
    let endpoint = bench.cloud.store.read(|tx| rows::get(tx, REGION, "e"));
    let mut variant = endpoint.unwrap().variants.remove(0);
    variant.containers.first.image = "registry/unknown:1".to_owned();
    let serving = Server {
        serving: true,
        ..server::new(&bench.cloud, &variant, false)
    };
    let store = &bench.cloud.store;
    store.update(|tx| server::put(tx, REGION, "e", &vec![serving]));
    bench.drive_only(server::CONTROLLER);
    let mut changes = bench.cloud.store.changes();
    let listed = || {
        let listed = bench.cloud.store.read(|tx| server::all(tx, REGION, "e"));
        listed.into_iter().next().unwrap()
    };
    while listed().failure.is_none() {
        changes.changed().await;
    }
    assert!(!listed().serving);
}

fn resize(wanted: Value) -> Value {
    json!({ "EndpointName": "e", "DesiredWeightsAndCapacities": wanted })
}

#[tokio::test]
async fn weights_and_counts_that_no_variant_can_have_are_refused() {
    let bench = Bench::new();
    in_service(&bench, &instances(1)).await;
    for (wanted, words) in [
        (
            json!([{ "VariantName": "only", "DesiredWeight": -1.0 }]),
            "weight of variant only",
        ),
        (
            json!([{ "VariantName": "only", "DesiredInstanceCount": 0 }]),
            "instance count of variant only",
        ),
        (
            json!([{ "VariantName": "only", "DesiredInstanceCount": -1 }]),
            "desiredInstanceCount",
        ),
        (
            json!([{ "VariantName": "other", "DesiredWeight": 1.0 }]),
            "\"other\" is/are not present",
        ),
        (
            json!([{ "VariantName": "only", "DesiredWeight": 1.0 }, { "VariantName": "only" }]),
            "Duplicate variant name: only",
        ),
        (json!([]), "desiredWeightsAndCapacities"),
    ] {
        let request = resize(wanted);
        let refused = bench.call("UpdateEndpointWeightsAndCapacities", &request);
        let refused = refused.await.unwrap_err();
        assert_eq!(refused.code, "ValidationException", "{refused}");
        assert!(refused.message.contains(words), "{refused}");
    }
}

#[tokio::test]
async fn variants_that_no_endpoint_can_have_are_refused() {
    let bench = Bench::new();
    in_service(&bench, &instances(1)).await;
    let changed = |changes: Value| {
        let mut changed = variant(&instances(1));
        local_core::wire::extend(&mut changed, changes);
        changed
    };
    let plain = || changed(json!({}));
    for (variants, words) in [
        (
            json!([changed(json!({ "InitialVariantWeight": -0.5 }))]),
            "weight of variant only",
        ),
        (
            json!([changed(json!({ "InitialInstanceCount": 0 }))]),
            "initialInstanceCount",
        ),
        (
            json!([changed(json!({ "ModelName": "none" }))]),
            "Could not find model",
        ),
        (json!([plain(), plain()]), "Duplicate variant name: only"),
        (json!([]), "productionVariants"),
    ] {
        let config = json!({ "EndpointConfigName": "c", "ProductionVariants": variants });
        let refused = bench
            .call("CreateEndpointConfig", &config)
            .await
            .unwrap_err();
        assert_eq!(refused.code, "ValidationException", "{refused}");
        assert!(refused.message.contains(words), "{refused}");
    }
}

#[tokio::test]
async fn a_resize_shows_what_is_beside_what_is_wanted_until_it_is_done() {
    let bench = Bench::new();
    in_service(&bench, &instances(1)).await;
    let wanted =
        json!([{ "VariantName": "only", "DesiredWeight": 3.0, "DesiredInstanceCount": 2 }]);
    call(&bench, "UpdateEndpointWeightsAndCapacities", resize(wanted)).await;
    let describe = async || {
        let name = json!({ "EndpointName": "e" });
        let described = bench.call("DescribeEndpoint", &name);
        let described = described.await.unwrap();
        // Of a new configuration alone, as on AWS.
        assert_eq!(described.get("PendingDeploymentSummary"), None);
        let variant = described["ProductionVariants"][0].clone();
        let of = |name: &str| variant[name].as_f64().unwrap();
        let weights = [of("CurrentWeight"), of("DesiredWeight")];
        let counts = [of("CurrentInstanceCount"), of("DesiredInstanceCount")];
        let status = variant["VariantStatus"][0]["Status"].clone();
        (weights, counts, status)
    };
    assert_eq!(
        describe().await,
        ([1.0, 3.0], [1.0, 2.0], json!("Updating"))
    );
    bench.cloud.store.update(|tx| {
        let mut endpoint = rows::get(tx, REGION, "e").unwrap();
        endpoint.complete(Timestamp::now(&bench.cloud.world));
        rows::put(&bench.cloud, tx, REGION, &endpoint);
    });
    assert_eq!(describe().await, ([3.0, 3.0], [2.0, 2.0], Value::Null));
}

#[tokio::test]
async fn a_serverless_variant_runs_at_most_its_max_concurrency() {
    let bench = Bench::new();
    let serverless = json!({ "ServerlessConfig": { "MemorySizeInMB": 2048, "MaxConcurrency": 2 } });
    in_service(&bench, &serverless).await;
    let endpoint = bench.cloud.store.read(|tx| rows::get(tx, REGION, "e"));
    let endpoint = endpoint.unwrap();
    let call = Call {
        cloud: bench.cloud.clone(),
        region: REGION.to_owned(),
        principal: Principal::user(),
        request_id: String::new(),
    };
    let begin = || running::begin(&call, &endpoint, &endpoint.variants[0]);
    let (first, second) = (begin().unwrap(), begin().unwrap());
    let throttled = begin().err().unwrap();
    assert_eq!(
        (throttled.status, throttled.code.as_str()),
        (400, "ThrottlingException")
    );
    drop(first);
    let third = begin().unwrap();
    assert!(begin().is_err());
    drop((second, third));
    assert!(begin().is_ok());
}
