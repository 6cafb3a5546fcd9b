//! Which upload went into which model, and which model's predictions became labels again.
//!
//! [`facts`] reads what the bucket and SageMaker keep, [`joined`] joins it by name, [`tree`] prints it. Nothing is
//! stored for it: every name in the loop is made of all that went into the thing, so the records already say it.

pub mod facts;
mod graph;
mod joined;
#[cfg(test)]
mod tests;
mod tree;

pub use graph::Kind;
pub use joined::graph;
pub use tree::write;
