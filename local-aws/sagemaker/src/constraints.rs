//! AWS's limits on the members of this crate's operations, as the service's model has them.

mod endpoints;
mod jobs;
mod patterns;
mod registry;

use local_core::wire::constraints::Constraints;

pub fn all() -> Vec<Constraints> {
    [jobs::TABLE, endpoints::TABLE, registry::TABLE]
        .into_iter()
        .map(|table| Constraints {
            code: "ValidationException",
            table,
        })
        .collect()
}
