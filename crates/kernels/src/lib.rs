//! What is computed of slices of values: products, passes over rows, the optimiser's step.
//!
//! Everything between two products is one pass over the rows, forward and back, in plain safe Rust
//! on the calling thread: training and serving use several threads by giving each its own rows.
//! Every backward pass is tested against finite differences. All `unsafe` of the classifier is here.

mod adam_w;
pub mod exact;
pub mod mapped;
pub mod product;
pub mod rows;
pub mod statistics;
mod vectorised;

#[cfg(test)]
mod tests;

pub use adam_w::{AdamWStep, adam_w};
pub use rows::sum_of_squares;
