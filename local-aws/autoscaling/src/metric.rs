//! The metric that a policy follows, `SageMakerVariantInvocationsPerInstance`, as it is in CloudWatch.

use super::resource::Resource;
use local_core::metrics::Series;

pub const NAMESPACE: &str = "AWS/SageMaker";
pub const METRIC: &str = "InvocationsPerInstance";

pub fn dimensions(resource: &Resource) -> [(&str, &str); 2] {
    [
        ("EndpointName", &resource.endpoint),
        ("VariantName", &resource.variant),
    ]
}

pub fn series(region: &str, resource: &Resource) -> Series {
    Series::new(region, NAMESPACE, METRIC, &dimensions(resource))
}
