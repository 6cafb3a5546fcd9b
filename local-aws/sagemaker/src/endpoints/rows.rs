//! The documents of endpoints.

use super::event;
use super::scaled;
use super::state::Endpoint;
use local_core::Cloud;
use local_core::store::{Table, Tx};
use local_core::tags;

pub const ENDPOINTS: Table<Endpoint> = Table::new("sagemaker/endpoint");

pub fn get(tx: &Tx, region: &str, name: &str) -> Option<Endpoint> {
    ENDPOINTS.get(tx, region, name)
}

pub fn all(tx: &Tx, region: &str) -> Vec<Endpoint> {
    let endpoints = ENDPOINTS.list(tx, region).into_iter();
    endpoints.map(|(_, endpoint)| endpoint).collect()
}

/// Stores an endpoint and tells the bus.
pub fn put(cloud: &Cloud, tx: &Tx, region: &str, endpoint: &Endpoint) {
    let previous = get(tx, region, &endpoint.name);
    ENDPOINTS.put(tx, region, &endpoint.name, endpoint);
    event::emit(cloud, tx, region, endpoint, previous.as_ref());
}

pub fn remove(tx: &Tx, region: &str, endpoint: &Endpoint) {
    ENDPOINTS.delete(tx, region, &endpoint.name);
    scaled::forget(tx, region, &endpoint.name);
    tags::remove(tx, &endpoint.arn);
}

pub fn everywhere(tx: &Tx) -> Vec<(String, String, Endpoint)> {
    ENDPOINTS.list_everywhere(tx)
}
