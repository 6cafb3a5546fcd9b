//! Where a request goes: to a variant by its share, and during a deployment to one of two fleets.

use super::server::Server;
use super::state::Endpoint;
use super::variant::Variant;
use local_core::wire::AwsError;

#[cfg(test)]
mod tests;

/// A variant of one fleet.
#[derive(Debug, Clone, Copy)]
pub struct Route<'e> {
    pub variant: &'e Variant,
    /// Of the fleet that a deployment brings.
    pub is_new: bool,
    /// The fleet's part of the variant's requests.
    share: f64,
    /// The part of the endpoint's requests.
    weight: f64,
}

/// The variant asked for, or one by its share. `draw` is a number in 0..1.
pub fn route<'e>(
    endpoint: &'e Endpoint,
    servers: &[Server],
    target: Option<&str>,
    draw: f64,
) -> Result<Route<'e>, AwsError> {
    let refused = |message| Err(AwsError::new(400, "ValidationError", message));
    let mut routes = routes(endpoint);
    if let Some(target) = target {
        routes.retain(|route| route.variant.name == target);
        if routes.is_empty() {
            let name = &endpoint.name;
            return refused(format!("Variant {target} of endpoint {name} not found."));
        }
        for route in &mut routes {
            route.weight = route.share;
        }
    }
    let total: f64 = routes.iter().map(|route| route.weight).sum();
    let mut left = draw * total;
    let picked = routes.iter().find(|route| {
        let is_picked = left < route.weight;
        left -= route.weight;
        is_picked
    });
    let Some(picked) = picked else {
        let name = &endpoint.name;
        return refused(format!("All variants of endpoint {name} have weight 0."));
    };
    // A fleet whose processes are being started again leaves its requests to the other one.
    let same = |route: &&Route| route.variant.name == picked.variant.name;
    let mut served = [picked].into_iter().chain(routes.iter().filter(same));
    let served = served.find(|route| route.servers(servers).next().is_some());
    Ok(*served.unwrap_or(picked))
}

/// The shadow of a route's fleet, and the part of the route's requests that it gets copies of.
pub fn shadow<'e>(endpoint: &'e Endpoint, route: &Route) -> Option<(Route<'e>, f64)> {
    let mut all = everything(endpoint).into_iter();
    let shadow = all.find(|each| each.variant.is_shadow && each.is_new == route.is_new)?;
    Some((shadow, shadow.variant.weight / route.variant.weight))
}

impl Route<'_> {
    /// Those of the servers that serve it.
    pub fn servers(self, servers: &[Server]) -> impl Iterator<Item = &Server> {
        let of_route = move |server: &&Server| {
            server.variant.name == self.variant.name && server.is_new == self.is_new
        };
        servers.iter().filter(of_route)
    }
}

/// All that answers requests.
fn routes(endpoint: &Endpoint) -> Vec<Route<'_>> {
    let mut routes = everything(endpoint);
    routes.retain(|route| !route.variant.is_shadow);
    routes
}

/// The variants of both fleets. The old one keeps of each variant what the new one of that name has not got yet.
fn everything(endpoint: &Endpoint) -> Vec<Route<'_>> {
    let pending = endpoint.pending.as_ref();
    let new = pending.map_or(&[][..], |pending| &pending.variants);
    let share = |variant: &Variant| pending.map_or(0.0, |pending| pending.share(variant));
    let left = |variant: &Variant| {
        let mut new = new.iter();
        let new = new.find(|new| new.name == variant.name);
        1.0 - new.map_or(0.0, share)
    };
    let fleet = |variants: &'_ [Variant]| -> f64 {
        let variants = variants.iter().filter(|variant| !variant.is_shadow);
        variants.map(|variant| variant.weight).sum()
    };
    let route = |variant, is_new, share: f64, total: f64| Route {
        variant,
        is_new,
        share,
        weight: share * part(variant.weight, total),
    };
    let total = fleet(&endpoint.variants);
    let old = endpoint.variants.iter();
    let old = old.map(|variant| route(variant, false, left(variant), total));
    let total = fleet(new);
    let new = new.iter();
    let new = new.map(|variant| route(variant, true, share(variant), total));
    old.chain(new).collect()
}

fn part(weight: f64, total: f64) -> f64 {
    if total > 0.0 { weight / total } else { 0.0 }
}
