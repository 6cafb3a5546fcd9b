//! SageMaker: the model registry, models and endpoints; and what its other halves, `jobs` and
//! `pipelines`, share with them: names, lists, tags, times.

mod endpoint_configs;
pub(crate) mod endpoints;
pub(crate) mod listing;
pub(crate) mod models;
pub(crate) mod names;
pub(crate) mod registry;
pub(crate) mod tags;
pub(crate) mod timestamp;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::operation;
use crate::wire::Operation;
use registry::{groups, packages};

pub fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateModelPackageGroup", "stack, boto3", groups::create),
        operation!(
            "DescribeModelPackageGroup",
            "reviewloop, boto3",
            groups::describe
        ),
        operation!("ListModelPackageGroups", "boto3", groups::list),
        operation!("DeleteModelPackageGroup", "stack, boto3", groups::delete),
        operation!("CreateModelPackage", "boto3", packages::create),
        operation!(
            "DescribeModelPackage",
            "judge-model, deploy-model",
            packages::describe
        ),
        operation!(
            "ListModelPackages",
            "deploy-model, reconcile",
            packages::list
        ),
        operation!(
            "UpdateModelPackage",
            "judge-model, watch-endpoint",
            packages::update
        ),
        operation!("DeleteModelPackage", "boto3", packages::delete),
        operation!("CreateModel", "deploy-model", models::create),
        operation!("DescribeModel", "deploy-model", models::describe),
        operation!("ListModels", "boto3", models::list),
        operation!("DeleteModel", "provision-reviewers, boto3", models::delete),
        operation!(
            "CreateEndpointConfig",
            "deploy-model",
            endpoint_configs::create
        ),
        operation!(
            "DescribeEndpointConfig",
            "deploy-model",
            endpoint_configs::describe
        ),
        operation!("ListEndpointConfigs", "boto3", endpoint_configs::list),
        operation!(
            "DeleteEndpointConfig",
            "provision-reviewers",
            endpoint_configs::delete
        ),
        operation!("CreateEndpoint", "deploy-model", endpoints::create),
        operation!("UpdateEndpoint", "deploy-model", endpoints::update),
        operation!(
            "DescribeEndpoint",
            "deploy-model, watch-endpoint",
            endpoints::describe
        ),
        operation!("ListEndpoints", "reconcile, boto3", endpoints::list),
        operation!("DeleteEndpoint", "deploy-model", endpoints::delete),
        operation!(
            "UpdateEndpointWeightsAndCapacities",
            "boto3",
            endpoints::update_weights_and_capacities
        ),
        operation!("AddTags", "provision-reviewers, boto3", tags::add),
        operation!("ListTags", "provision-reviewers, boto3", tags::list),
        operation!("DeleteTags", "boto3", tags::delete),
    ]
}

/// Keeps endpoints as the state says they should be.
pub async fn run(cloud: Arc<Cloud>) {
    endpoints::run(cloud).await;
}

/// `UserContext` of who made something: there are no user profiles here.
pub(crate) fn created_by() -> Value {
    json!({ "IamIdentity": {
        "Arn": format!("arn:aws:iam::{ACCOUNT}:root"),
        "PrincipalId": ACCOUNT,
    }})
}
