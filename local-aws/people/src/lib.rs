//! People: Cognito's users, SageMaker's workforces, A2I's human loops and the worker portal.

pub mod a2i;
pub mod cognito;
pub mod portal;
pub mod workforce;

mod semantics;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use local_core::part::Part;

pub fn parts() -> Vec<Part> {
    vec![cognito::part(), workforce::part(), a2i::part()]
}
