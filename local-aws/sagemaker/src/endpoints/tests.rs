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
    variant.image = "registry/unknown:1".to_owned();
    let serving = Server {
        serving: true,
        ..server::new(&bench.cloud, &variant)
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

#[tokio::test]
async fn a_negative_weight_is_refused() {
    let bench = Bench::new();
    in_service(&bench, &instances(1)).await;
    let wanted = json!([{ "VariantName": "only", "DesiredWeight": -1.0 }]);
    let request = json!({ "EndpointName": "e", "DesiredWeightsAndCapacities": wanted });
    let refused = bench.call("UpdateEndpointWeightsAndCapacities", &request);
    let refused = refused.await.unwrap_err();
    assert_eq!(refused.code, "ValidationException");
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
