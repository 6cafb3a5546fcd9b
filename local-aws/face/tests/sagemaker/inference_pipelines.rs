//! Models of several containers: a request goes through all of them.

use aws_sdk_sagemaker::types::{
    ContainerDefinition, EndpointStatus, InferenceExecutionConfig, InferenceExecutionMode,
    InferenceSpecification, ModelApprovalStatus, ModelPackageContainerDefinition,
};
use aws_sdk_sagemakerruntime::error::ProvideErrorMetadata;
use aws_sdk_sagemakerruntime::primitives::Blob;

use local_core::metrics::{self, Series};

use crate::endpoints::{config, create, eventually, invoke_once, model, settled};
use crate::setup::{BUCKET, IMAGE, ROLE, Setup};

fn archive(model: &str) -> String {
    format!("s3://{BUCKET}/{model}/model.tar.gz")
}

fn container(model: &str) -> ContainerDefinition {
    let container = ContainerDefinition::builder().image(IMAGE);
    container.model_data_url(archive(model)).build()
}

/// The models `one` and `two` in line, and a configuration of them; `two` may refuse `/ping`.
async fn line(setup: &Setup, two_refuses_ping: bool) {
    model(setup, "one", false).await;
    model(setup, "two", two_refuses_ping).await;
    let serial = InferenceExecutionConfig::builder()
        .mode(InferenceExecutionMode::Serial)
        .build();
    let model = setup.sagemaker.create_model().model_name("line");
    let model = model
        .containers(container("one"))
        .containers(container("two"));
    let model = model.inference_execution_config(serial);
    model.execution_role_arn(ROLE).send().await.unwrap();
    config(setup, "lines", &[("line", 1.0)]).await;
}

async fn in_service(setup: &Setup) {
    create(setup, "lines").await;
    let endpoint = settled(setup).await;
    assert_eq!(endpoint.endpoint_status(), Some(&EndpointStatus::InService));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_containers_answer_is_the_next_ones_request() {
    let setup = Setup::new().await;
    line(&setup, false).await;
    in_service(&setup).await;
    assert_eq!(invoke_once(&setup, "hello").await, "two one hello");
    let invoke = setup.runtime.invoke_endpoint().endpoint_name("e");
    let invoke = invoke.content_type("text/csv").accept("text/html");
    let answer = invoke.body(Blob::new("headers")).send().await.unwrap();
    assert_eq!(answer.content_type(), Some("text/plain"));
    let answer = String::from_utf8(answer.body.unwrap().into_inner()).unwrap();
    // What the caller accepts is for the last one alone.
    assert_eq!(
        answer,
        "two [text/plain, text/html] one [text/csv, ] headers"
    );
    for container in ["container-1", "container-2"] {
        let dimensions = [
            ("EndpointName", "e"),
            ("VariantName", "slot-line"),
            ("ContainerName", container),
        ];
        let (region, name) = (local_aws::DEFAULT_REGION, "ContainerLatency");
        let series = Series::new(region, "AWS/SageMaker", name, &dimensions);
        let now = metrics::minute(setup.aws.cloud.world.now());
        let found = metrics::between(&setup.aws.cloud, &series, now - 9, now + 1);
        assert_eq!(found.unwrap().samples, 2.0, "{container}");
    }
    let described = setup.sagemaker.describe_model().model_name("line");
    let described = described.send().await.unwrap();
    assert_eq!(described.containers().len(), 2);
    assert_eq!(described.primary_container(), None);
    let execution = described.inference_execution_config().unwrap();
    assert_eq!(execution.mode(), Some(&InferenceExecutionMode::Serial));
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.production_variants()[0].deployed_images().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_the_container_that_answered_with_it() {
    let setup = Setup::new().await;
    line(&setup, false).await;
    in_service(&setup).await;
    for (body, container) in [("refuse", "container-1"), ("two refuses", "container-2")] {
        let invoke = setup.runtime.invoke_endpoint().endpoint_name("e");
        let error = invoke.body(Blob::new(body)).send().await.unwrap_err();
        assert_eq!(error.code(), Some("ModelError"), "{error:?}");
        let message =
            format!("Received client error (400) from {container} with message \"no such row\".");
        assert!(error.message().unwrap().starts_with(&message), "{error:?}");
        let error = error.into_service_error();
        let aws_sdk_sagemakerruntime::operation::invoke_endpoint::InvokeEndpointError::ModelError(
            error,
        ) = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(error.original_status_code(), Some(400));
        assert_eq!(error.original_message(), Some("no such row"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_as_healthy_as_each_of_its_containers() {
    let setup = Setup::new().await;
    line(&setup, true).await;
    create(&setup, "lines").await;
    let endpoint = settled(&setup).await;
    assert_eq!(endpoint.endpoint_status(), Some(&EndpointStatus::Failed));
    let reason = endpoint.failure_reason().unwrap();
    let words =
        "The container-2 for production variant slot-line did not pass the ping health check.";
    assert!(reason.starts_with(words), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_comes_back_where_one_of_its_programs_ends_and_after_a_restart() {
    let setup = Setup::new().await;
    line(&setup, false).await;
    in_service(&setup).await;
    let invoke = setup.runtime.invoke_endpoint().endpoint_name("e");
    invoke.body(Blob::new("two dies")).send().await.unwrap_err();
    assert_eq!(eventually(&setup, "again").await, "two one again");
    let setup = setup.restart().await;
    assert_eq!(eventually(&setup, "back").await, "two one back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_of_several_containers_serves_as_a_line() {
    let setup = Setup::new().await;
    model(&setup, "one", false).await;
    model(&setup, "two", false).await;
    let group = setup.sagemaker.create_model_package_group();
    let group = group.model_package_group_name("group");
    group.send().await.unwrap();
    let container = |name: &str| {
        let container = ModelPackageContainerDefinition::builder().image(IMAGE);
        let container = container.model_data_url(archive(name));
        container.container_hostname(format!("the-{name}")).build()
    };
    let specification = InferenceSpecification::builder()
        .containers(container("one"))
        .containers(container("two"))
        .build();
    let package = setup.sagemaker.create_model_package();
    let package = package
        .model_package_group_name("group")
        .inference_specification(specification)
        .model_approval_status(ModelApprovalStatus::Approved);
    let arn = package.send().await.unwrap().model_package_arn.unwrap();
    let container = ContainerDefinition::builder().model_package_name(arn);
    let model = setup.sagemaker.create_model().model_name("line");
    let named = container.clone().container_hostname("a").build();
    let refused = model
        .clone()
        .execution_role_arn(ROLE)
        .primary_container(named);
    let refused = refused.send().await.unwrap_err();
    let words = "does not honour Environment and ContainerHostname of CreateModel with a model package of several";
    assert!(refused.message().unwrap().contains(words), "{refused:?}");
    let model = model
        .execution_role_arn(ROLE)
        .primary_container(container.build());
    model.send().await.unwrap();
    config(&setup, "lines", &[("line", 1.0)]).await;
    in_service(&setup).await;
    assert_eq!(invoke_once(&setup, "hello").await, "two one hello");
    let invoke = setup.runtime.invoke_endpoint().endpoint_name("e");
    let refused = invoke.body(Blob::new("two refuses")).send().await;
    let refused = refused.unwrap_err();
    assert!(
        refused.message().unwrap().contains("from the-two with"),
        "{refused:?}"
    );
}
