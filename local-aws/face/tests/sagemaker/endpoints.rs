//! Endpoints that really serve.

use aws_sdk_sagemaker::operation::describe_endpoint::DescribeEndpointOutput;
use aws_sdk_sagemaker::types::{
    ContainerDefinition, DesiredWeightAndCapacity, EndpointStatus, ProductionVariant,
    ProductionVariantInstanceType, ProductionVariantServerlessConfig,
};
use aws_sdk_sagemakerruntime::error::ProvideErrorMetadata;
use aws_sdk_sagemakerruntime::primitives::Blob;
use flate2::Compression;
use flate2::write::GzEncoder;

use local_core::metrics::{self, Series};

use crate::setup::{BUCKET, IMAGE, ROLE, Setup};

/// A model whose answers begin with its name.
pub async fn model(setup: &Setup, name: &str, refuses_ping: bool) {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut add = |file: &str, content: &str| {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, file, content.as_bytes())
            .unwrap();
    };
    add("hyperparameters.json", name);
    if refuses_ping {
        add("refuses-ping", "");
    }
    let archive = tar.into_inner().unwrap().finish().unwrap();
    let key = format!("{name}/model.tar.gz");
    let put = setup
        .s3
        .put_object()
        .bucket(BUCKET)
        .key(&key)
        .body(archive.into());
    put.send().await.unwrap();
    let container = ContainerDefinition::builder().image(IMAGE);
    let container = container
        .model_data_url(format!("s3://{BUCKET}/{key}"))
        .build();
    let create = setup
        .sagemaker
        .create_model()
        .model_name(name)
        .primary_container(container);
    create.execution_role_arn(ROLE).send().await.unwrap();
}

/// A configuration of its models' names, each in a variant of that name with that weight.
pub async fn config(setup: &Setup, name: &str, models: &[(&str, f32)]) {
    let variants = models
        .iter()
        .map(|(model, weight)| {
            ProductionVariant::builder()
                .variant_name(format!("slot-{model}"))
                .model_name(*model)
                .initial_instance_count(1)
                .instance_type(ProductionVariantInstanceType::MlM5Large)
                .initial_variant_weight(*weight)
                .build()
        })
        .collect();
    let create = setup
        .sagemaker
        .create_endpoint_config()
        .endpoint_config_name(name);
    create
        .set_production_variants(Some(variants))
        .send()
        .await
        .unwrap();
}

pub async fn create(setup: &Setup, config: &str) {
    let create = setup.sagemaker.create_endpoint().endpoint_name("e");
    create.endpoint_config_name(config).send().await.unwrap();
}

pub async fn update(setup: &Setup, config: &str) {
    let update = setup.sagemaker.update_endpoint().endpoint_name("e");
    update.endpoint_config_name(config).send().await.unwrap();
}

pub async fn settled(setup: &Setup) -> DescribeEndpointOutput {
    setup
        .until(async || {
            let describe = setup.sagemaker.describe_endpoint().endpoint_name("e");
            let endpoint = describe.send().await.unwrap();
            let status = endpoint.endpoint_status().unwrap();
            let settled = matches!(status, EndpointStatus::InService | EndpointStatus::Failed);
            settled.then_some(endpoint)
        })
        .await
}

pub async fn invoke_once(setup: &Setup, body: &str) -> String {
    let invoke = setup.runtime.invoke_endpoint().endpoint_name("e");
    let answer = invoke
        .body(Blob::new(body))
        .content_type("text/plain")
        .send()
        .await
        .unwrap();
    String::from_utf8(answer.body.unwrap().into_inner()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_serves_and_an_update_moves_it_to_the_new_model() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    model(&setup, "two", false).await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    config(&setup, "config-2", &[("two", 1.0)]).await;
    create(&setup, "config-1").await;
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_status(), Some(&EndpointStatus::InService));
    assert_eq!(invoke_once(&setup, "hello").await, "one hello");

    update(&setup, "config-2").await;
    let again = setup.sagemaker.update_endpoint().endpoint_name("e");
    let again = again.endpoint_config_name("config-2").send().await;
    // Refused while it is updating; a fast machine may be done already.
    if let Err(error) = again {
        assert!(
            format!("{error:?}").contains("Cannot update in-progress endpoint"),
            "{error:?}"
        );
    }
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_config_name(), Some("config-2"));
    assert_eq!(invoke_once(&setup, "hello").await, "two hello");

    let events = setup.events("SageMaker Endpoint State Change");
    let statuses: Vec<&str> = events
        .iter()
        .map(|e| e["EndpointStatus"].as_str().unwrap())
        .collect();
    assert_eq!(
        &statuses[..4],
        ["CREATING", "IN_SERVICE", "UPDATING", "IN_SERVICE"]
    );
    let deployments = setup.events("SageMaker Endpoint Deployment State Change");
    let phase = |index: usize| {
        let summary = &deployments[index]["PendingDeploymentSummary"];
        summary["ProductionVariants"][0]["VariantStatus"][0]["Status"].as_str()
    };
    assert_eq!(
        (phase(0), phase(1)),
        (Some("Creating"), Some("ActivatingTraffic"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_answer_ping_is_rolled_back_silently() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    model(&setup, "bad", true).await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    config(&setup, "config-bad", &[("bad", 1.0)]).await;
    create(&setup, "config-1").await;
    settled(&setup).await;
    update(&setup, "config-bad").await;
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_status(), Some(&EndpointStatus::InService));
    assert_eq!(endpoint.endpoint_config_name(), Some("config-1"));
    assert_eq!(endpoint.failure_reason(), None);
    assert!(endpoint.pending_deployment_summary().is_none());
    assert_eq!(invoke_once(&setup, "still").await, "one still");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_never_served_fails_and_can_only_be_deleted() {
    let setup = Setup::new().await;
    model(&setup, "bad", true).await;
    config(&setup, "config-bad", &[("bad", 1.0)]).await;
    create(&setup, "config-bad").await;
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_status(), Some(&EndpointStatus::Failed));
    let reason = endpoint.failure_reason().unwrap();
    assert!(
        reason.contains("did not pass the ping health check"),
        "{reason}"
    );
    let update = setup.sagemaker.update_endpoint().endpoint_name("e");
    assert!(
        update
            .endpoint_config_name("config-bad")
            .send()
            .await
            .is_err()
    );
    setup
        .sagemaker
        .delete_endpoint()
        .endpoint_name("e")
        .send()
        .await
        .unwrap();
    let gone = async || {
        let describe = setup.sagemaker.describe_endpoint().endpoint_name("e");
        let error = describe.send().await.err()?;
        Some(format!("{error:?}"))
    };
    let error = setup.until(gone).await;
    assert!(error.contains("Could not find endpoint"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn variants_share_the_traffic_by_weight_and_can_be_named() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    model(&setup, "two", false).await;
    config(&setup, "both", &[("one", 1.0), ("two", 0.0)]).await;
    create(&setup, "both").await;
    settled(&setup).await;
    for _ in 0..20 {
        assert_eq!(invoke_once(&setup, "x").await, "one x");
    }
    let named = setup
        .runtime
        .invoke_endpoint()
        .endpoint_name("e")
        .target_variant("slot-two");
    let answer = named.body(Blob::new("x")).send().await.unwrap();
    assert_eq!(answer.invoked_production_variant(), Some("slot-two"));
    assert_eq!(answer.body.unwrap().into_inner(), b"two x");

    let shift = |variant: &str, weight: f32| {
        DesiredWeightAndCapacity::builder()
            .variant_name(variant)
            .desired_weight(weight)
            .build()
    };
    let update = setup
        .sagemaker
        .update_endpoint_weights_and_capacities()
        .endpoint_name("e");
    let update = update.desired_weights_and_capacities(shift("slot-one", 0.0));
    let update = update.desired_weights_and_capacities(shift("slot-two", 1.0));
    update.send().await.unwrap();
    settled(&setup).await;
    assert_eq!(invoke_once(&setup, "x").await, "two x");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_can_retain_what_was_scaled() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    config(&setup, "config-2", &[("one", 1.0)]).await;
    create(&setup, "config-1").await;
    settled(&setup).await;
    let scaled = DesiredWeightAndCapacity::builder()
        .variant_name("slot-one")
        .desired_instance_count(2)
        .build();
    let scale = setup
        .sagemaker
        .update_endpoint_weights_and_capacities()
        .endpoint_name("e");
    let scale = scale.desired_weights_and_capacities(scaled);
    scale.send().await.unwrap();
    settled(&setup).await;
    let update = setup.sagemaker.update_endpoint().endpoint_name("e");
    let update = update.endpoint_config_name("config-2");
    let update = update.retain_all_variant_properties(true);
    update.send().await.unwrap();
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_config_name(), Some("config-2"));
    let variant = &endpoint.production_variants()[0];
    assert_eq!(variant.current_instance_count(), Some(2));
    assert_eq!(invoke_once(&setup, "x").await, "one x");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_become_no_serverless_endpoint_but_the_other_way_round() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    config(&setup, "instances", &[("one", 1.0)]).await;
    serverless(&setup).await;
    create_and_settle(&setup, "serverless").await;
    update(&setup, "instances").await;
    assert_eq!(
        settled(&setup).await.endpoint_config_name(),
        Some("instances")
    );
    let back = setup.sagemaker.update_endpoint().endpoint_name("e");
    let error = back
        .endpoint_config_name("serverless")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("ValidationException"), "{error:?}");
}

/// A configuration `serverless` of the model `one`, which takes one invocation at a time.
pub async fn serverless(setup: &Setup) {
    let config = ProductionVariantServerlessConfig::builder()
        .memory_size_in_mb(2048)
        .max_concurrency(1);
    let variant = ProductionVariant::builder()
        .variant_name("slot-one")
        .model_name("one")
        .serverless_config(config.build());
    let create = setup
        .sagemaker
        .create_endpoint_config()
        .endpoint_config_name("serverless");
    let create = create.production_variants(variant.build());
    create.send().await.unwrap();
}

pub async fn create_and_settle(setup: &Setup, config: &str) {
    create(setup, config).await;
    settled(setup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_containers_refusal_is_a_model_error() {
    let setup = Setup::new().await;
    let nobody = setup
        .runtime
        .invoke_endpoint()
        .endpoint_name("e")
        .body(Blob::new("x"));
    let error = nobody.clone().send().await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationError"));
    model(&setup, "one", false).await;
    config(&setup, "config-1", &[("one", 1.0)]).await;
    create(&setup, "config-1").await;
    settled(&setup).await;
    let error = nobody
        .body(Blob::new("refuse"))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let aws_sdk_sagemakerruntime::operation::invoke_endpoint::InvokeEndpointError::ModelError(
        error,
    ) = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(error.original_status_code(), Some(400));
    assert_eq!(error.original_message(), Some("no such row"));

    invoke_once(&setup, "x").await;
    assert_eq!(counted(&setup, "Invocations"), Some(2.0));
    assert_eq!(counted(&setup, "Invocation4XXErrors"), Some(1.0));
    assert_eq!(counted(&setup, "Invocation5XXErrors"), Some(0.0));
    assert_eq!(counted(&setup, "InvocationsPerInstance"), Some(2.0));
    assert!(counted(&setup, "OverheadLatency").is_some_and(|microseconds| microseconds >= 0.0));
    assert!(counted(&setup, "ModelLatency").is_some_and(|microseconds| microseconds > 0.0));
}

/// A metric's sum for the variant of `one`.
fn counted(setup: &Setup, metric: &str) -> Option<f64> {
    let dimensions = [("EndpointName", "e"), ("VariantName", "slot-one")];
    let series = Series::new(
        local_aws::DEFAULT_REGION,
        "AWS/SageMaker",
        metric,
        &dimensions,
    );
    let now = metrics::minute(setup.aws.cloud.world.now());
    let found = metrics::between(&setup.aws.cloud, &series, now - 9, now + 1);
    found.map(|found| found.sum)
}

pub async fn eventually(setup: &Setup, body: &str) -> String {
    setup
        .until(async || {
            let invoke = setup
                .runtime
                .invoke_endpoint()
                .endpoint_name("e")
                .body(Blob::new(body));
            let answer = invoke.send().await.ok()?;
            Some(String::from_utf8(answer.body?.into_inner()).unwrap())
        })
        .await
}
