//! What is scaled: a variant's instances. The other services' resources are refused by name.

use serde::{Deserialize, Serialize};

use local_core::wire::AwsError;

pub const NAMESPACE: &str = "sagemaker";
pub const DIMENSION: &str = "sagemaker:variant:DesiredInstanceCount";

/// `endpoint/NAME/variant/VARIANT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    pub endpoint: String,
    pub variant: String,
}

impl Resource {
    pub fn id(&self) -> String {
        format!("endpoint/{}/variant/{}", self.endpoint, self.variant)
    }

    /// From the three members that name a scalable target.
    pub fn of(namespace: &str, id: &str, dimension: &str) -> Result<Self, AwsError> {
        check_namespace(namespace)?;
        check_dimension(Some(dimension))?;
        let mut parts = id.split('/');
        match [(); 5].map(|()| parts.next()) {
            [
                Some("endpoint"),
                Some(endpoint),
                Some("variant"),
                Some(variant),
                None,
            ] => Ok(Self {
                endpoint: endpoint.to_owned(),
                variant: variant.to_owned(),
            }),
            _ => Err(AwsError::validation(format!(
                "Unsupported resource type: {id} is not endpoint/NAME/variant/VARIANT"
            ))),
        }
    }
}

/// Of a list of what belongs to scalable targets: all of them, or one resource's.
pub fn check_list(
    namespace: &str,
    resource: Option<&str>,
    dimension: Option<&str>,
) -> Result<(), AwsError> {
    check_namespace(namespace)?;
    check_dimension(dimension)?;
    if dimension.is_some() && resource.is_none() {
        return Err(AwsError::validation(
            "ResourceId must be given with ScalableDimension",
        ));
    }
    Ok(())
}

pub fn check_namespace(namespace: &str) -> Result<(), AwsError> {
    if namespace == NAMESPACE {
        return Ok(());
    }
    Err(AwsError::unsupported(format!(
        "local-aws scales SageMaker's variants alone: it does not honour {namespace} as ServiceNamespace"
    )))
}

pub fn check_dimension(dimension: Option<&str>) -> Result<(), AwsError> {
    match dimension {
        None | Some(DIMENSION) => Ok(()),
        Some(other) => Err(AwsError::unsupported(format!(
            "local-aws scales the instances of SageMaker's variants alone: it does not honour {other} as \
             ScalableDimension"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_a_variant_of_an_endpoint() {
        let read = Resource::of(NAMESPACE, "endpoint/e/variant/v", DIMENSION).unwrap();
        assert_eq!(read.id(), "endpoint/e/variant/v");
        for id in [
            "e",
            "endpoint/e",
            "endpoint/e/variant/v/w",
            "variant/v/endpoint/e",
        ] {
            assert!(Resource::of(NAMESPACE, id, DIMENSION).is_err(), "{id}");
        }
    }

    #[test]
    fn what_is_not_scaled_here_is_refused_by_name() {
        let id = "endpoint/e/variant/v";
        let concurrency = "sagemaker:variant:DesiredProvisionedConcurrency";
        for (namespace, dimension, name) in [
            ("ecs", DIMENSION, "ecs"),
            (NAMESPACE, concurrency, concurrency),
        ] {
            let refused = Resource::of(namespace, id, dimension).unwrap_err();
            assert!(
                refused.unsupported && refused.message.contains(name),
                "{refused}"
            );
        }
    }
}
