//! What Application Auto Scaling sees of a variant, and does with it.

use super::endpoints::{self, DesiredWeightAndCapacity, ENDPOINTS, EndpointStatus};
use local_core::Cloud;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

pub use endpoints::{deregister, register, registered};

/// The kind of documents that tell of variants and their instances.
pub const KIND: &str = ENDPOINTS.kind();

/// A variant that serves.
#[derive(Debug, Clone, Copy)]
pub struct Serving {
    pub instance_count: u32,
    pub is_serverless: bool,
    /// Nothing is under way: its count can be changed.
    pub is_in_service: bool,
    /// Since when its endpoint is as it is.
    pub since: Timestamp,
}

/// `None` where the endpoint has no such variant, is not there yet or not any more.
pub fn serving(tx: &Tx, region: &str, endpoint: &str, variant: &str) -> Option<Serving> {
    let endpoint = endpoints::get(tx, region, endpoint)?;
    let is_over = [EndpointStatus::Deleting, EndpointStatus::Failed].contains(&endpoint.status);
    let mut variants = endpoint.variants.iter().filter(|_| !is_over);
    let variant = variants.find(|each| each.name == variant)?;
    Some(Serving {
        instance_count: variant.instance_count,
        is_serverless: variant.serverless.is_some(),
        is_in_service: endpoint.status == EndpointStatus::InService,
        since: endpoint.modified,
    })
}

/// As `UpdateEndpointWeightsAndCapacities` does.
pub fn set_instance_count(
    cloud: &Cloud,
    tx: &Tx,
    (region, endpoint, variant): (&str, &str, &str),
    count: u32,
) -> Result<(), AwsError> {
    let wanted = DesiredWeightAndCapacity::instances(variant, count);
    endpoints::resize(cloud, tx, (region, endpoint), &[wanted]).map(drop)
}
