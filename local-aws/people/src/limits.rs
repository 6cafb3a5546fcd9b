//! Tables of limits for services whose members have the same limits in every operation.

use local_core::wire::Operation;
use local_core::wire::constraints::{Constraint, Rule};

/// A member and one limit on it.
pub type Limit = (&'static str, Rule);

/// Each limit in each operation. A member that an operation does not have is never there to be checked.
pub fn in_each(operations: &[Operation], limits: &[Limit]) -> Vec<Constraint> {
    let names = operations.iter().map(|operation| operation.name);
    names
        .flat_map(|operation| {
            limits.iter().map(move |(member, rule)| Constraint {
                operation,
                member,
                rule: *rule,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
