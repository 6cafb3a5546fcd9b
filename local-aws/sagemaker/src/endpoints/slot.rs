//! The process that a request goes to, and the one that gets a copy.

use super::route::{Route, route, shadow};
use super::rows;
use super::server::{self, Server};
use super::state::Endpoint;
use super::underway::{self, Underway};
use super::variant::Variant;
use local_core::wire::AwsError;
use local_core::{ACCOUNT, Call};

pub struct Slot {
    pub endpoint: Endpoint,
    pub place: Place,
    /// For the request's copy.
    pub shadow: Option<Place>,
}

/// A variant's share of the traffic in one fleet, for one request.
pub struct Place {
    pub variant: Variant,
    /// The endpoint configuration of its fleet.
    pub config_name: String,
    /// Of the variant.
    pub servers: usize,
    /// `None` while none of them serves.
    pub server: Option<(Server, Underway)>,
}

impl Slot {
    /// Looks again where the server has left the list meanwhile: traffic moved.
    pub fn take(call: &Call, name: &str, target: Option<&str>) -> Result<Self, AwsError> {
        loop {
            let slot = Self::look(call, name, target)?;
            let listed = listed(call, name);
            let is_listed = |place: &Place| {
                let server = place.server.as_ref();
                server.is_none_or(|(server, _)| listed.iter().any(|each| each.id == server.id))
            };
            if is_listed(&slot.place) {
                let shadow = slot.shadow.filter(is_listed);
                return Ok(Self { shadow, ..slot });
            }
        }
    }

    fn look(call: &Call, name: &str, target: Option<&str>) -> Result<Self, AwsError> {
        let read = call.cloud.store.read(|tx| {
            let endpoint = rows::get(tx, &call.region, name)?;
            Some((endpoint, server::serving(tx, &call.region, name)))
        });
        let (endpoint, servers) = read
            .filter(|(endpoint, _)| !endpoint.variants.is_empty())
            .ok_or_else(|| {
                let message = format!("Endpoint {name} of account {ACCOUNT} not found.");
                AwsError::new(400, "ValidationError", message)
            })?;
        let route = route(&endpoint, &servers, target, draw(call, "sagemaker/variant"))?;
        let place = |route: Route| Place::of(call, &endpoint, route, &servers);
        let shadow = shadow(&endpoint, &route);
        let shadow = shadow.filter(|(_, part)| draw(call, "sagemaker/shadow") < *part);
        Ok(Self {
            place: place(route),
            shadow: shadow.map(|(route, _)| place(route)),
            endpoint,
        })
    }
}

impl Place {
    fn of(call: &Call, endpoint: &Endpoint, route: Route, servers: &[Server]) -> Self {
        let servers: Vec<&Server> = route.servers(servers).collect();
        let index = draw(call, "sagemaker/server") * servers.len() as f64;
        let server = servers.get(index as usize).map(|server| {
            let underway = underway::begin(&call.cloud, &server.id);
            ((*server).clone(), underway)
        });
        let pending = endpoint.pending.as_ref().filter(|_| route.is_new);
        let config_name = pending.map_or(&endpoint.config_name, |pending| &pending.config_name);
        Self {
            variant: route.variant.clone(),
            config_name: config_name.clone(),
            servers: servers.len(),
            server,
        }
    }
}

fn listed(call: &Call, name: &str) -> Vec<Server> {
    let store = &call.cloud.store;
    store.read(|tx| server::serving(tx, &call.region, name))
}

/// A number in 0..1.
pub fn draw(call: &Call, purpose: &str) -> f64 {
    let mut bytes = [0; 4];
    call.cloud.world.dice(purpose).fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}
