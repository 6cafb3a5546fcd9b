//! What a training of any algorithm goes through: hyperparameters by name, channels, the order of the rows, the
//! log, and what is written in the end.

pub mod batches;
pub mod examples;
pub mod finish;
pub mod inputs;
pub mod named;
pub mod predictions;
pub mod progress;
