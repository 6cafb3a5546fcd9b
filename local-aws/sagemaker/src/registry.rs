//! The model registry: groups of versioned packages, and their approval.

pub mod groups;
pub mod packages;
