//! The errors of the operations.

use crate::resource::{DIMENSION, NAMESPACE, Resource};
use local_core::wire::AwsError;

pub fn no_target(resource: &Resource) -> AwsError {
    let message = format!(
        "No scalable target found for service namespace: {NAMESPACE}, resource ID: {}, scalable dimension: {DIMENSION}",
        resource.id()
    );
    AwsError::new(400, "ObjectNotFoundException", message)
}

pub fn no_policy(resource: &Resource, name: &str) -> AwsError {
    let message = format!(
        "No scaling policy found for service namespace: {NAMESPACE}, resource ID: {}, scalable dimension: {DIMENSION}, \
         policy name: {name}",
        resource.id()
    );
    AwsError::new(400, "ObjectNotFoundException", message)
}

pub fn no_scheduled(resource: &Resource, name: &str) -> AwsError {
    let message = format!(
        "No scheduled action found for service namespace: {NAMESPACE}, resource ID: {}, scalable dimension: {DIMENSION}, \
         scheduled action name: {name}",
        resource.id()
    );
    AwsError::new(400, "ObjectNotFoundException", message)
}

pub fn next_token() -> AwsError {
    AwsError::new(
        400,
        "InvalidNextTokenException",
        "The next token is invalid.",
    )
}
