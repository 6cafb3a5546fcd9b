//! The job around BERT: its hyperparameters by name, its epochs, its checkpoints and what it reports of itself.
//!
//! What is computed is the crate [`bert`](::bert)'s.

pub mod checkpoint;
pub mod fit;
pub mod given;
pub mod health;
pub mod hyperparameters;
pub mod profile;
pub mod schedule;
pub mod start;
pub mod train;
pub mod trainer;
mod training_loop;

#[cfg(test)]
mod tests;

pub use hyperparameters::Hyperparameters;
