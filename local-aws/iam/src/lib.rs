//! IAM: roles and policies as rows, and their evaluation.
//!
//! [`evaluate`] is the rule: a statement that denies wins, then one that allows; without either the request is
//! denied. Everything it does not evaluate is refused by name when a policy is stored ([`document`]).

pub mod evaluate;
pub mod role;

mod authority;
mod check;
mod condition;
mod constraints;
mod dependent;
mod document;
mod list;
mod managed;
mod operations;
mod parsed;
mod pattern;
mod permissions;
mod resource_policy;
mod sentence;
mod topic;

pub use document::Policy;
pub use managed::{
    all as managed_policies, put as put_managed_policy, remove as remove_managed_policy,
};
pub use resource_policy::{
    all as resource_policies, get as resource_policy, owner as owner_of,
    put as put_resource_policy, put_statements, remove as remove_resource_policy,
};
pub use role::Role;

use local_core::part::Part;
use local_core::wire::apis;

pub fn part() -> Part {
    Part {
        operations: vec![(apis::IAM, operations::all())],
        constraints: vec![constraints::ALL],
        permissions: permissions::ALL,
        authority: Some(&authority::Policies),
        ..Part::default()
    }
}

/// The actions that services take in their caller's name: rows for other parts' operations.
pub fn dependent_part() -> Part {
    Part {
        permissions: dependent::ALL,
        ..Part::default()
    }
}
