//! The model registry.

use aws_sdk_sagemaker::types::{
    InferenceSpecification, ModelApprovalStatus, ModelPackageContainerDefinition,
};
use serde_json::json;

use crate::setup::{IMAGE, Setup};

async fn register(setup: &Setup) -> String {
    let container = ModelPackageContainerDefinition::builder()
        .image(IMAGE)
        .model_data_url("s3://data/model.tar.gz")
        .build();
    let specification = InferenceSpecification::builder()
        .containers(container)
        .build();
    let create = setup
        .sagemaker
        .create_model_package()
        .model_package_group_name("group");
    let create = create.inference_specification(specification);
    create.send().await.unwrap().model_package_arn.unwrap()
}

async fn group(setup: &Setup) {
    let create = setup.sagemaker.create_model_package_group();
    create
        .model_package_group_name("group")
        .send()
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_numbered_and_numbers_are_not_used_again() {
    let setup = Setup::new().await;
    group(&setup).await;
    let prefix = "arn:aws:sagemaker:us-east-1:123456789012:model-package/group";
    assert_eq!(register(&setup).await, format!("{prefix}/1"));
    let second = register(&setup).await;
    let delete = setup
        .sagemaker
        .delete_model_package()
        .model_package_name(&second);
    delete.send().await.unwrap();
    assert_eq!(register(&setup).await, format!("{prefix}/3"));

    let list = setup
        .sagemaker
        .list_model_packages()
        .model_package_group_name("group");
    let page = list.clone().max_results(1).send().await.unwrap();
    assert_eq!(page.model_package_summary_list().len(), 1);
    let rest = list.set_next_token(page.next_token).send().await.unwrap();
    assert_eq!(
        rest.model_package_summary_list()[0].model_package_version(),
        Some(3)
    );
    assert_eq!(rest.next_token(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_update_is_an_event_that_names_what_changed() {
    let setup = Setup::new().await;
    group(&setup).await;
    let arn = register(&setup).await;
    let update = setup
        .sagemaker
        .update_model_package()
        .model_package_arn(&arn);
    let approve = update
        .clone()
        .model_approval_status(ModelApprovalStatus::Approved);
    approve.approval_description("good").send().await.unwrap();
    let metadata = update.clone().customer_metadata_properties("a", "1");
    metadata.send().await.unwrap();
    let remove = update.customer_metadata_properties_to_remove("a");
    remove.send().await.unwrap();

    let events = setup.events("SageMaker Model Package State Change");
    let fields: Vec<_> = events
        .iter()
        .map(|e| e["UpdatedModelPackageFields"].clone())
        .collect();
    assert_eq!(
        fields,
        [
            json!(null),
            json!(["ModelApprovalStatus", "ApprovalDescription"]),
            json!(["CustomerMetadataProperties"]),
            json!(["CustomerMetadataProperties"]),
        ]
    );
    assert_eq!(events[0]["ModelApprovalStatus"], "PendingManualApproval");
    assert_eq!(events[2]["ModelApprovalStatus"], "Approved");
    let described = setup
        .sagemaker
        .describe_model_package()
        .model_package_name(&arn);
    let described = described.send().await.unwrap();
    assert_eq!(described.approval_description(), Some("good"));
    assert!(
        described
            .customer_metadata_properties()
            .is_none_or(std::collections::HashMap::is_empty)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_not_approved_makes_no_model() {
    let setup = Setup::new().await;
    group(&setup).await;
    let arn = register(&setup).await;
    let container = aws_sdk_sagemaker::types::ContainerDefinition::builder();
    let container = container.model_package_name(&arn).build();
    let create = setup
        .sagemaker
        .create_model()
        .model_name("m")
        .primary_container(container);
    let error = format!("{:?}", create.clone().send().await.unwrap_err());
    assert!(
        error.contains("is PendingManualApproval, not Approved"),
        "{error}"
    );
    let approve = setup
        .sagemaker
        .update_model_package()
        .model_package_arn(&arn);
    approve
        .model_approval_status(ModelApprovalStatus::Approved)
        .send()
        .await
        .unwrap();
    create.send().await.unwrap();
}
