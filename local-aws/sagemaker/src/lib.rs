//! SageMaker: the model registry, models, jobs and endpoints.

mod constraints;
mod containers;
mod endpoint_configs;
pub mod endpoints;
pub mod jobs;
pub mod models;
pub mod registry;
mod semantics;
mod slots;
#[cfg(test)]
mod testing;

use local_core::operation;
use local_core::part::Part;
use local_core::tags;
use local_core::wire::{Operation, apis};
use registry::{groups, packages};

pub fn part() -> Part {
    Part {
        operations: vec![
            (apis::SAGEMAKER, operations()),
            (apis::SAGEMAKER, jobs::operations()),
            (apis::SAGEMAKER_RUNTIME, endpoints::invoke::operations()),
        ],
        constraints: constraints::all(),
        semantics: semantics::NOTES,
        controllers: vec![
            jobs::runner::PROCESSING,
            jobs::runner::TRAINING,
            endpoints::CONVERGE,
            endpoints::SERVERS_RUN,
        ],
        recover: Some(|cloud| {
            jobs::runner::recover(cloud);
            endpoints::recover(cloud);
        }),
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
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
