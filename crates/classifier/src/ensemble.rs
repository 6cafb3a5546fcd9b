//! The job of `algorithm=automl`: every algorithm is trained on the same rows, and their answers are averaged with the
//! weights that suit the validation rows best.
//!
//! Each candidate is trained by its own job's code in a folder of its own, so that it is the model that this job would
//! have made. How the answers are averaged is [`crate::trained_model::ensemble`]'s.

mod budget;
mod candidate;
mod folder;
mod hyperparameters;
mod probe;
mod rows;
pub mod train;
mod weights;

#[cfg(test)]
mod tests;

pub use hyperparameters::Hyperparameters;
