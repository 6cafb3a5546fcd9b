//! SageMaker: the model registry, models, jobs and endpoints, and the lineage that they leave.

mod constraints;
mod containers;
mod data_capture;
mod endpoint_configs;
mod endpoints;
pub mod jobs;
mod lineage;
pub mod models;
mod permissions;
pub mod registry;
pub mod scaling;
mod semantics;
mod slots;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::part::Part;
use local_core::tags;
use local_core::wire::{Operation, apis};
use registry::{groups, packages};

pub use endpoints::write_captured;

pub fn part() -> Part {
    let (mut operations, of_tags) = (operations(), of_tags());
    operations.extend(jobs::operations());
    operations.extend(lineage::lists());
    Part {
        permissions: permissions::ALL,
        constraints: constraints::constraints(&operations, &of_tags),
        operations: vec![
            (apis::SAGEMAKER, operations),
            (apis::SAGEMAKER, of_tags),
            (apis::SAGEMAKER, lineage::operations()),
            (apis::SAGEMAKER_RUNTIME, endpoints::invoke::operations()),
        ],
        semantics: semantics::NOTES,
        controllers: vec![
            jobs::runner::PROCESSING,
            jobs::runner::TRAINING,
            endpoints::CONVERGE,
            endpoints::SERVERS_RUN,
            endpoints::SHADOWS,
            endpoints::CAPTURED,
        ],
        recover: Some(|cloud| {
            jobs::runner::recover(cloud);
            endpoints::recover(cloud);
        }),
        stop: Some(endpoints::write_captured),
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateModelPackageGroup", groups::create),
        operation!("DescribeModelPackageGroup", groups::describe),
        operation!("ListModelPackageGroups", groups::list),
        operation!("DeleteModelPackageGroup", groups::delete),
        operation!("CreateModelPackage", packages::create),
        operation!("DescribeModelPackage", packages::describe),
        operation!("ListModelPackages", packages::list),
        operation!("UpdateModelPackage", packages::update),
        operation!("DeleteModelPackage", packages::delete),
        operation!("CreateModel", models::create),
        operation!("DescribeModel", models::describe),
        operation!("ListModels", models::list),
        operation!("DeleteModel", models::delete),
        operation!("CreateEndpointConfig", endpoint_configs::create),
        operation!("DescribeEndpointConfig", endpoint_configs::describe),
        operation!("ListEndpointConfigs", endpoint_configs::list),
        operation!("DeleteEndpointConfig", endpoint_configs::delete),
        operation!("CreateEndpoint", endpoints::create),
        operation!("UpdateEndpoint", endpoints::update),
        operation!("DescribeEndpoint", endpoints::describe),
        operation!("ListEndpoints", endpoints::list),
        operation!("DeleteEndpoint", endpoints::delete),
        operation!(
            "UpdateEndpointWeightsAndCapacities",
            endpoints::update_weights_and_capacities
        ),
    ]
}

fn of_tags() -> Vec<Operation> {
    vec![
        operation!("AddTags", tags::add),
        operation!("ListTags", tags::list),
        operation!("DeleteTags", tags::delete),
    ]
}
