use aws_sdk_sagemaker::types::ModelApprovalStatus;
use contracts::verdict::METADATA_DECISION;

use super::deployments::DEPLOYMENTS;
use super::registry::PACKAGES;
use super::*;
use crate::fixture::cloud::Cloud;

#[tokio::test]
async fn of_the_registry_the_newest_version_is_described_and_of_deployments_the_newest_are_read() {
    let cloud = Cloud::new().await;
    let account = &cloud.account;
    for _ in 0..2 {
        let arn = cloud.register().await;
        let update = account.sagemaker.update_model_package();
        let update = update.model_package_arn(arn);
        let update = update.customer_metadata_properties(METADATA_DECISION, "Inconclusive");
        update.send().await.expect("updated");
    }
    for number in 0..8 {
        let deployment = Deployment {
            endpoint_config: format!("config-{number}"),
            ..Deployment::default()
        };
        let body = serde_json::to_vec(&deployment).expect("JSON");
        let key = keys::deployment(&deployment.endpoint_config);
        account.put(&key, body).await.expect("written");
    }
    let facts = gather(account, None).await.expect("an almost empty stack");
    let versions = facts.packages.iter();
    let versions: Vec<_> = versions
        .map(|it| (it.version, it.decision.as_deref()))
        .collect();
    assert_eq!(versions, [(2, Some("Inconclusive")), (1, None)]);
    assert_eq!(facts.deployments.len(), DEPLOYMENTS);
}

#[tokio::test]
async fn an_approved_version_is_known_behind_more_versions_than_are_told_of() {
    let cloud = Cloud::new().await;
    let account = &cloud.account;
    let mut arns = Vec::new();
    for _ in 0..PACKAGES + 5 {
        arns.push(cloud.register().await);
    }
    let update = account.sagemaker.update_model_package();
    let update = update.model_package_arn(&arns[2]);
    let update = update.model_approval_status(ModelApprovalStatus::Approved);
    update.send().await.expect("updated");
    let facts = gather(account, None).await.expect("an almost empty stack");
    let oldest = facts.packages.last().expect("a version");
    assert_eq!(oldest.version, 6);
    assert_eq!(facts.approved.len(), 1);
    let approved = &facts.approved[0];
    assert_eq!((approved.version, &approved.arn), (3, &arns[2]));
}
